import { CaretRightOutlined, DeleteOutlined, PauseOutlined, RedoOutlined } from '@ant-design/icons';
import { App, Button, Progress, Space, Tooltip, Typography } from 'antd';
import { memo, type ReactNode } from 'react';
import { Link } from 'react-router';
import { bytes } from '../parts/bytes.ts';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import { percentOf } from './file-list.tsx';
import { type Item, isActive } from './item.ts';
import { uploadQueue } from './queue.ts';

/** One file on its way: how far it is, what it waits for, what it became. */
export const FileLine = memo(function FileLine({ item }: { item: Item }) {
  const { t } = useWords('uploads');
  const { file, phase, digested, sent } = item;
  const digesting = phase === 'digesting';
  return (
    <li className="line file-line">
      <div className="file-body">
        <div className="file-head">
          <span className="file-name">
            {item.recordId ? <Link to={`/records/${item.recordId}`}>{file.name}</Link> : file.name}
          </span>
          <Typography.Text type="secondary">{bytes(file.size)}</Typography.Text>
        </div>
        {phase !== 'done' && (
          <Progress
            aria-label={t('progress', { name: file.name })}
            size="small"
            percent={percentOf(digesting ? digested : sent, file.size)}
            status={phase === 'failed' ? 'exception' : phase === 'uploading' ? 'active' : 'normal'}
          />
        )}
        <State item={item} />
      </div>
      <Actions item={item} />
    </li>
  );
});

function State({ item }: { item: Item }) {
  const { t } = useWords('uploads');
  const { phase, outcome, sha256 } = item;
  if (phase === 'done' && outcome) {
    const tone = outcome.state === 'sealed' ? 'good' : outcome.state === 'quarantined' ? 'bad' : 'busy';
    return (
      <Space size={4} wrap>
        <StateTag tone={tone} word={t(outcome.state)} />
        {outcome.state !== 'received' && (
          <Tooltip title={`${t('sha256')}: ${sha256}`}>
            <span>
              <StateTag tone={outcome.same ? 'good' : 'bad'} word={t(outcome.same ? 'same' : 'different')} />
            </span>
          </Tooltip>
        )}
        {item.resumed && <Typography.Text type="secondary">{t('resumed')}</Typography.Text>}
      </Space>
    );
  }
  return (
    <Typography.Text type={phase === 'failed' ? 'danger' : 'secondary'}>
      {t(`phase_${phase}`)}
      {item.resumed && phase === 'uploading' && ` · ${t('resumed')}`}
      <Why item={item} />
    </Typography.Text>
  );
}

/** Why it waits or was refused, and what to do. */
function Why({ item: { problem, phase, limit } }: { item: Item }): ReactNode {
  const { t } = useWords('uploads');
  if (!problem) return null;
  const { code, status, title, detail } = problem;
  if (limit) return `：${t('tooLarge', { limit: bytes(limit) })}`;
  if (code === 'UNREADABLE') return `：${t('unreadable')}`;
  if (status === 401) return `：${t('waitSession')}`;
  if (code === 'NETWORK') return `：${t('waitNetwork')}`;
  if (phase === 'waiting') return `：${t('waitService', { title: title || status })}`;
  return `：${title || status} ${detail}`;
}

function Actions({ item }: { item: Item }) {
  const { t } = useWords('uploads');
  const { modal } = App.useApp();
  const { id, file, phase, sent } = item;
  const button = (word: string, icon: ReactNode, act: () => void) => (
    <Tooltip title={word}>
      <Button aria-label={`${word} ${file.name}`} icon={icon} onClick={act} />
    </Tooltip>
  );
  const remove = () => {
    if (sent === 0 || phase === 'done') return uploadQueue.remove(id);
    modal.confirm({ title: t('removeTitle'), content: file.name, onOk: () => uploadQueue.remove(id) });
  };
  return (
    <Space>
      {isActive(item) && button(t('pause'), <PauseOutlined />, () => uploadQueue.pause(id))}
      {phase === 'paused' && button(t('resume'), <CaretRightOutlined />, () => uploadQueue.resume(id))}
      {phase === 'failed' && button(t('again'), <RedoOutlined />, () => uploadQueue.resume(id))}
      {phase !== 'sealing' && button(t('remove'), <DeleteOutlined />, remove)}
    </Space>
  );
}
