import { useQuery } from '@tanstack/react-query';
import { Collapse } from 'antd';
import { useState } from 'react';
import { type Item, read } from '../api/query.ts';
import { Copyable } from '../parts/copyable.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Loading } from '../parts/loading.tsx';
import { Moment } from '../parts/moment.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';

type Lock = Item<'/records/{id}/locks'>;

/** Addresses are good for five minutes: before that they are asked for anew, ms. */
const ANEW_MS = 4 * 60_000;

const tones = { locked: 'good', unlocked: 'waits', missing: 'bad' } as const;

/** How the store says that a record's objects are locked, asked once somebody opens it, with what asks the store itself. */
export function LocksOf({ id }: { id: string }) {
  const { t } = useWords('retention');
  const [opened, setOpened] = useState(false);
  const { data, error, refetch } = useQuery({
    ...read('/records/{id}/locks', { params: { path: { id } } }),
    enabled: opened,
    refetchInterval: ANEW_MS,
    gcTime: 0,
  });
  const columns: Column<Lock>[] = [
    { key: 'area', title: t('lockOf'), heading: true, render: ({ area }) => t(`area_${area}`) },
    {
      key: 'state',
      title: t('lock'),
      render: ({ state, mode }) => (
        <StateTag tone={tones[state]} word={t(state === 'locked' && mode ? `lock_${mode}` : `lock_${state}`)} />
      ),
    },
    { key: 'until', title: t('lockUntil'), render: ({ until }) => <Moment at={until} /> },
    { key: 'key', title: t('lockKey'), render: ({ key }) => <Copyable code text={key} short={short(key)} /> },
    {
      key: 'actions',
      title: t('lockAsk'),
      render: ({ address }) => address && <Copyable text={`curl '${address}'`} button={t('lockCurl')} />,
    },
  ];
  const children = (
    <>
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading rows={4} />}
      {data && <p>{t(data.kept ? 'locksLead' : 'locksNone')}</p>}
      {data?.kept && <ItemTable items={data.items} columns={columns} label={t('locks')} rowKey={({ key }) => key} />}
    </>
  );
  return (
    <Collapse
      className="manifest"
      items={[{ key: 'locks', label: t('locks'), children }]}
      onChange={(open) => setOpened(open.length > 0)}
    />
  );
}

/** The name of an object without its folders, cut. */
const short = (key: string) => `${key.split('/').at(-1)?.slice(0, 8)}…`;
