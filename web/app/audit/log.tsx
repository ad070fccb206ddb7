import './audit.css';

import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Descriptions } from 'antd';
import { type Body, read } from '../api/query.ts';
import { Digest } from '../parts/digest.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { StateTag, type Tone } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import { Anchors, AnchorTime, Checkpoints } from './log-kept.tsx';

type Log = Body<'/ledger/log'>;
type Witness = Log['witnesses'][number];

/** The page looks again, milliseconds. */
const LOOK_MS = 5000;

/** The log as it is published: the latest checkpoint, who cosigned it, whose time is over it, and all that are kept. */
export default function LogPage() {
  const { t } = useWords('audit');
  const query = useQuery({ ...read('/ledger/log'), refetchInterval: LOOK_MS });
  return (
    <Reading query={query} title={t('log')}>
      {(log) => (
        <PageFrame title={t('log')} lead={t('logLead')}>
          <Card title={<h2>{t('state')}</h2>}>
            <State log={log} />
          </Card>
          <Card title={<h2>{t('witnesses')}</h2>}>
            <Witnesses witnesses={log.witnesses} />
          </Card>
          <Card title={<h2>{t('anchors')}</h2>}>
            <p className="lead">{t('anchorsLead', { minutes: log.anchorMinutes })}</p>
            <Anchors />
          </Card>
          <Card title={<h2>{t('checkpoints')}</h2>}>
            <p className="lead">{t('checkpointsLead')}</p>
            <Checkpoints />
          </Card>
        </PageFrame>
      )}
    </Reading>
  );
}

function State({ log: { entries, published, failing, verifierKey, anchored } }: { log: Log }) {
  const { t } = useWords('audit');
  const behind = entries - (published?.size ?? 0);
  const state = failing ? (
    <StateTag tone="bad" word={t('failing')} />
  ) : (
    <StateTag tone="good" word={t('publishingOk')} />
  );
  const items = [
    { key: 'state', label: t('published'), children: state },
    { key: 'entries', label: t('entries'), children: t('checkpointOf', { size: entries }) },
    {
      key: 'latest',
      label: t('latest'),
      children: published ? t('checkpointOf', { size: published.size }) : t('common:none'),
    },
    { key: 'behind', label: t('behind'), children: t('behindOf', { count: behind }) },
    { key: 'last', label: t('lastEntryAt'), children: <Moment at={published?.lastEntryAt} /> },
    {
      key: 'anchored',
      label: t('anchors'),
      children: anchored ? <AnchorTime anchor={anchored} /> : t('anchorsNone'),
    },
    { key: 'root', label: t('root'), children: published ? <Digest value={published.root} /> : t('common:none') },
    { key: 'vkey', label: t('verifierKey'), children: <Digest value={verifierKey} /> },
  ];
  return <Descriptions column={{ xs: 1, md: 2 }} items={items} />;
}

const tones: Record<Witness['standing'], Tone> = { ok: 'good', failing: 'waits', refused: 'bad', waiting: 'over' };

function Witnesses({ witnesses }: { witnesses: readonly Witness[] }) {
  const { t } = useWords('audit');
  if (witnesses.length === 0) return <Alert type="warning" showIcon title={t('witnessesNone')} />;
  const columns: Column<Witness>[] = [
    { key: 'name', title: t('witness'), render: ({ name }) => name },
    {
      key: 'state',
      title: t('state'),
      render: ({ standing }) => <StateTag tone={tones[standing]} word={t(`witness_${standing}`)} />,
    },
    { key: 'at', title: t('cosignedAt'), render: ({ cosignedAt }) => <Moment at={cosignedAt} /> },
  ];
  return (
    <>
      <p className="lead">{t('witnessesLead')}</p>
      <ItemTable<Witness> label={t('witnesses')} items={witnesses} columns={columns} rowKey={({ name }) => name} />
    </>
  );
}
