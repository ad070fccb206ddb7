import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Progress, Space, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { type Item as ItemOf, read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Moment } from '../parts/moment.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { forget } from './carry.ts';
import { percentOf } from './file-list.tsx';
import { fileOf, type Handle, handleOf } from './handles.ts';
import type { Chosen } from './queue.ts';
import { giveUp } from './transfer.ts';
import { useUploads } from './use-uploads.ts';

type Begun = ItemOf<'/uploads'>;

/** The path of an upload, as the service says it when it begins. */
const placeOf = ({ id }: Begun) => `/api/v1/uploads/${id}`;

/** Uploads of this person that are not whole and not on their way here. */
export function Unfinished({ onGoOn }: { onGoOn: (chosen: Chosen) => void }) {
  const { t } = useWords('uploads');
  const { id } = useSession();
  const { data } = useQuery({ ...read('/uploads', { params: { query: { limit: 200 } } }), refetchOnWindowFocus: true });
  const going = useUploads().map(({ url }) => url);
  const mine = data?.items.filter((one) => one.uploadedBy === id && !going.includes(placeOf(one))) ?? [];
  if (mine.length === 0) return null;
  return (
    <Card title={<h2>{t('unfinished')}</h2>}>
      <Typography.Paragraph type="secondary">{t('unfinishedLead')}</Typography.Paragraph>
      <ul className="lines">
        {mine.map((one) => (
          <OneUnfinished key={one.id} one={one} onGoOn={onGoOn} />
        ))}
      </ul>
    </Card>
  );
}

function OneUnfinished({ one, onGoOn }: { one: Begun; onGoOn: (chosen: Chosen) => void }) {
  const { t } = useWords('uploads');
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const [handle, setHandle] = useState<Handle>();
  const url = placeOf(one);
  useEffect(() => void handleOf(url).then(setHandle), [url]);
  const goOn = async () => {
    const file = handle && (await fileOf(handle));
    if (file) onGoOn({ file, handle });
    else void message.warning(t('notAllowed'));
  };
  const end = () =>
    modal.confirm({
      title: t('giveUpTitle'),
      content: `${one.name} · ${t('giveUpLead')}`,
      okText: t('giveUp'),
      okButtonProps: { danger: true },
      onOk: async () => {
        forget(url);
        await giveUp(url);
        await client.invalidateQueries();
      },
    });
  const percent = percentOf(one.offset, one.length);
  return (
    <li className="line file-line">
      <div className="file-body">
        <div className="file-head">
          <span className="file-name">{one.name}</span>
          <Typography.Text type="secondary">{bytes(one.length)}</Typography.Text>
        </div>
        <Progress aria-label={t('progress', { name: one.name })} size="small" percent={percent} />
        <Typography.Text type="secondary">
          {t('unfinishedAt', { percent })} · {t('unfinishedUntil')} <Moment at={one.expiresAt} />
        </Typography.Text>
      </div>
      <Space>
        {handle && (
          <Button type="primary" onClick={goOn}>
            {t('goOn')}
          </Button>
        )}
        <Button onClick={end}>{t('giveUp')}</Button>
      </Space>
    </li>
  );
}
