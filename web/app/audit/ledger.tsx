import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { type Item, read } from '../api/query.ts';
import { dayEnd, dayStart } from '../parts/days.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSaid, useWords } from '../words/use-words.ts';
import { ActorName } from './actor-name.tsx';
import { ThingLink } from './thing-link.tsx';

type Entry = Item<'/ledger/entries'>;

/** The ledger of the agency, entry by entry, by who, what, of what and when. */
export default function Ledger() {
  const { t } = useWords('audit');
  const said = useSaid();
  const { from, to, ...filters } = useFilters(['of', 'actorId', 'kind', 'type', 'via', 'from', 'to', 'order']);
  const span = { ...(from && { from: dayStart(from) }), ...(to && { to: dayEnd(to) }) };
  const columns: Column<Entry>[] = [
    { key: 'seq', title: t('seq'), render: ({ seq }) => <Link to={`/ledger/${seq}`}>#{seq}</Link> },
    { key: 'time', title: t('time'), render: ({ time }) => <Moment at={time} /> },
    {
      key: 'what',
      title: t('what'),
      long: true,
      heading: true,
      render: ({ seq, events }) => (
        <Link to={`/ledger/${seq}`}>{[...new Set(events.map(({ words }) => said(words)))].join('、')}</Link>
      ),
    },
    { key: 'of', title: t('stream'), long: true, render: (entry) => <ThingLink {...entry} /> },
    { key: 'who', title: t('who'), render: ({ actor }) => <ActorName actor={actor} /> },
    { key: 'via', title: t('via'), render: ({ actor }) => t(`via_${actor.via as 'session'}`) },
    {
      key: 'published',
      title: t('published'),
      render: ({ published }) =>
        published ? (
          <StateTag tone="good" word={t('published_yes')} />
        ) : (
          <StateTag tone="busy" word={t('published_no')} />
        ),
    },
  ];
  return (
    <PageFrame title={t('ledger')} lead={t('ledgerLead')}>
      <LedgerFilters kind={filters.kind} type={filters.type} />
      <ServerTable<Entry>
        label={t('ledger')}
        list={(page) => read('/ledger/entries', { params: { query: { ...filters, ...span, ...page } as never } })}
        columns={columns}
        rowKey={({ seq }) => String(seq)}
        empty={t('ledgerNone')}
      />
    </PageFrame>
  );
}

function LedgerFilters({ kind, type }: { kind: string | undefined; type: string | undefined }) {
  const { t } = useWords('audit');
  const said = useSaid();
  // What kinds there are changes with the program only.
  const { data } = useQuery({ ...read('/ledger/kinds'), staleTime: Number.POSITIVE_INFINITY });
  const kinds = data?.items ?? [];
  const choices = kinds
    // An event of another kind than the one chosen stays to be seen, and taken away.
    .filter((one) => !kind || one.kind === kind || one.events.some((event) => event.type === type))
    .flatMap(({ words: of, events }) =>
      events.map((event) => ({
        value: event.type,
        // Several kinds have events of the same name.
        label: kind ? said(event.words) : `${said(of)} · ${said(event.words)}`,
      })),
    );
  return (
    <Filters
      filters={[
        { name: 'of', label: t('of'), hint: t('ofHint') },
        { name: 'actorId', label: t('actor'), person: true },
        { name: 'kind', label: t('kind'), choices: kinds.map((one) => ({ value: one.kind, label: said(one.words) })) },
        { name: 'type', label: t('type'), choices },
        {
          name: 'via',
          label: t('via'),
          choices: (['session', 'device', 'system'] as const).map((value) => ({ value, label: t(`via_${value}`) })),
        },
        { name: 'from', label: t('from'), day: true },
        { name: 'to', label: t('to'), day: true },
        {
          name: 'order',
          label: t('order'),
          choices: (['desc', 'asc'] as const).map((value) => ({ value, label: t(`order_${value}`) })),
          otherwise: 'desc',
        },
      ]}
    />
  );
}
