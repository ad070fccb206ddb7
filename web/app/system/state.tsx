import { useQuery } from '@tanstack/react-query';
import { Card, Descriptions } from 'antd';
import { type Body, read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { StateTag, type Tone } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';

type State = Body<'/system/state'>;

const tones: Record<string, Tone> = { ok: 'good', failing: 'bad', refused: 'bad', unavailable: 'waits' };
const engines = ['ledger', 'documents', 'evidence', 'work'] as const;

/** How the engines of the installation are, as /readyz tells it; read again every half minute. */
export default function StatePage() {
  const { t } = useWords('system');
  const query = useQuery({ ...read('/system/state'), refetchInterval: 30_000 });
  return (
    <Reading query={query} title={t('title')}>
      {(state) => <Whole state={state} />}
    </Reading>
  );
}

function Whole({ state }: { state: State }) {
  const { t } = useWords('system');
  const tag = (word: 'ok' | 'failing' | 'refused' | 'unavailable') => (
    <StateTag tone={tones[word] ?? 'over'} word={t(word)} />
  );
  const column = { xs: 1, md: 2 };
  const { space, head, objects, locks } = state;
  return (
    <PageFrame title={t('title')} lead={t('version', { version: state.version })}>
      <Card title={t('engines')} extra={tag(state.ready ? 'ok' : 'failing')}>
        <Descriptions
          column={column}
          items={[
            ...engines.map((name) => ({ key: name, label: t(name), children: tag(state.engines[name] ?? 'failing') })),
            { key: 'probe', label: t('probe'), children: tag(state.probe) },
          ]}
        />
      </Card>
      <Card title={t('storage')}>
        <Descriptions
          column={column}
          items={[
            { key: 'evidence', label: t('freeEvidence'), children: free(space.evidence, t('unbounded')) },
            { key: 'work', label: t('freeWork'), children: free(space.work, t('unbounded')) },
            ...(objects
              ? (['versions', 'retention', 'hold', 'checksums'] as const).map((name) => ({
                  key: name,
                  label: t(name),
                  children: t(objects[name] ? 'common:yes' : 'common:no'),
                }))
              : []),
            ...(locks?.until
              ? [{ key: 'locksUntil', label: t('locksUntil'), children: <Moment at={locks.until} /> }]
              : []),
            ...(locks?.failing === undefined
              ? []
              : [{ key: 'locks', label: t('locks'), children: tag(locks.failing > 0 ? 'failing' : 'ok') }]),
          ]}
        />
      </Card>
      <Card title={t('log')}>
        <Descriptions
          column={column}
          items={[
            { key: 'publishing', label: t('publishing'), children: tag(head.failing ? 'failing' : 'ok') },
            { key: 'distance', label: t('distance'), children: t('entries', { number: head.distance }) },
            ...Object.entries(state.witnesses).map(([name, standing]) => ({
              key: name,
              label: t('witness', { name }),
              children: tag(standing),
            })),
            { key: 'forks', label: t('forks'), children: state.forks },
          ]}
        />
      </Card>
    </PageFrame>
  );
}

const free = (space: number | undefined, otherwise: string) => (space === undefined ? otherwise : bytes(space));
