import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button, Card, Progress, Space, Typography } from 'antd';
import { useState, useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import type { Problem } from '../api/problem.ts';
import { bytes } from '../parts/bytes.ts';
import { duration } from '../parts/duration.ts';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useWords } from '../words/use-words.ts';
import type { Packaged } from './kinds.ts';
import { type Saving, savings } from './savings.ts';

interface WithPicker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/**
 * Takes a package away. Where the browser lets a page write to a file that was chosen, the page does it itself, goes on after a break and
 * compares the digest; everywhere the browser's own download does, which takes ranges too.
 */
export function Download({ id, made }: { id: string; made: Packaged }) {
  const { t } = useWords('archive');
  const saving = useSyncExternalStore(savings.subscribe, () => savings.of(id));
  const [problem, setProblem] = useState<unknown>();
  const picks = (globalThis as WithPicker).showSaveFilePicker !== undefined;
  const pick = async () => {
    setProblem(undefined);
    try {
      const handle = await (globalThis as WithPicker).showSaveFilePicker?.({ suggestedName: made.name });
      if (handle) savings.begin(id, made, handle);
    } catch (error) {
      // Closing the dialog is no fault.
      if ((error as Error).name !== 'AbortError') setProblem(error);
    }
  };
  const idle = !saving || saving.phase === 'saved' || saving.phase === 'failed';
  return (
    <Card className="download" title={<h2>{t('download')}</h2>}>
      <Space orientation="vertical" size={12} className="whole">
        {saving && <Standing id={id} saving={saving} />}
        {problem !== undefined && <ProblemAlert problem={problem} />}
        {idle && (
          <Space wrap>
            {picks && (
              <Button type="primary" icon={<DownloadOutlined aria-hidden />} onClick={pick}>
                {t('saveSize', { size: bytes(made.size) })}
              </Button>
            )}
            <Button
              type={picks ? 'default' : 'primary'}
              {...(!picks && { icon: <DownloadOutlined aria-hidden /> })}
              href={made.url}
              download={made.name}
            >
              {picks ? t('downloadPlain') : t('downloadSize', { size: bytes(made.size) })}
            </Button>
          </Space>
        )}
        <Typography.Text type="secondary">{t(picks ? 'saveHint' : 'downloadHint')}</Typography.Text>
      </Space>
    </Card>
  );
}

function Standing({ id, saving }: { id: string; saving: Saving }) {
  const { t } = useWords('archive');
  const { phase, done, total, perSecond, resumed, problem } = saving;
  if (phase === 'saved') {
    return (
      <Alert
        type="success"
        showIcon
        role="status"
        title={t('saved')}
        description={
          <>
            {t('savedLead')} {resumed > 0 && t('resumed', { count: resumed })}{' '}
            <Link to="/verify">{t('verifyHere')}</Link>
          </>
        }
      />
    );
  }
  if (phase === 'failed' && problem) return <Failed problem={problem} />;
  const left = perSecond > 0 ? duration(((total - done) / perSecond) * 1000) : undefined;
  return (
    <div>
      <Progress
        percent={total > 0 ? Math.floor((100 * done) / total) : 0}
        status={phase === 'running' ? 'active' : 'normal'}
        aria-label={t('saving')}
      />
      <div role="status">
        {t(phase === 'waiting' ? waitOf(problem) : phase === 'paused' ? 'save_paused' : 'save_running')}
        {resumed > 0 && ` · ${t('resumed', { count: resumed })}`}
      </div>
      <div className="less">
        {t('packingBytes', { done: bytes(done), total: bytes(total) })}
        {left && ` · ${t('speed', { speed: bytes(perSecond), left })}`}
      </div>
      <Space className="save-ways" wrap>
        {phase === 'paused' ? (
          <Button onClick={() => savings.resume(id)}>{t('resume')}</Button>
        ) : (
          <Button onClick={() => savings.pause(id)}>{t('pause')}</Button>
        )}
        <Button danger onClick={() => savings.discard(id)}>
          {t('giveUp')}
        </Button>
      </Space>
    </div>
  );
}

const waitOf = (problem: Problem | undefined) =>
  problem?.status === 401 ? 'waitSession' : problem?.code === 'NETWORK' ? 'waitNetwork' : 'waitService';

function Failed({ problem }: { problem: Problem }) {
  const { t } = useWords('archive');
  const { code, detail } = problem;
  if (code !== 'DIFFERENT' && code !== 'CHANGED' && code !== 'UNWRITABLE') return <ProblemAlert problem={problem} />;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={t('saveFailed')}
      description={
        <>
          {t(`save_${code}`)}
          {code === 'UNWRITABLE' && <div className="less">{detail}</div>}
        </>
      }
    />
  );
}
