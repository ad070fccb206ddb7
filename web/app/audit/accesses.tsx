import './audit.css';

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { Link } from 'react-router';
import { type Item, read } from '../api/query.ts';
import { dayEnd, dayStart } from '../parts/days.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useWords } from '../words/use-words.ts';
import { Answer, Grounds, Outcome, Things } from './access-cells.tsx';

export type Access = Item<'/ledger/accesses'>;

const whats = ['request', 'viewing', 'export', 'fetch', 'reveal'] as const;

/** Who asked, who approved, what was watched, exported and shown: of a record, of a person, or of all in a span of time. */
export default function Accesses() {
  const { t } = useWords('audit');
  const { from, to, ...filters } = useFilters(['recordId', 'personId', 'what', 'from', 'to', 'order']);
  const span = { ...(from && { from: dayStart(from) }), ...(to && { to: dayEnd(to) }) };
  const asked = { ...filters, ...span };
  const { recordId } = filters;
  const columns: Column<Access>[] = [
    { key: 'time', title: t('time'), render: ({ seq, time }) => <Entered seq={seq} time={time} /> },
    { key: 'what', title: t('accessWhat'), heading: true, render: ({ what }) => t(`access_${what}`) },
    {
      key: 'person',
      title: t('actor'),
      render: ({ person }) => <Link to={`/people/${person.id}`}>{person.name ?? person.id}</Link>,
    },
    { key: 'thing', title: t('thing'), long: true, render: (row) => <Things row={row} /> },
    { key: 'grounds', title: t('grounds'), long: true, render: ({ grant }) => <Grounds grant={grant} /> },
    { key: 'answer', title: t('answer'), long: true, render: ({ grant }) => <Answer grant={grant} /> },
    { key: 'outcome', title: t('outcome'), long: true, render: (row) => <Outcome row={row} recordId={recordId} /> },
  ];
  return (
    <PageFrame
      title={t('accesses')}
      lead={<Lead recordId={recordId} />}
      actions={
        <>
          <Button href={`/api/v1/ledger/accesses.csv?${new URLSearchParams(asked as never)}`} download>
            {t('accessesCsv')}
          </Button>
          <Button onClick={() => print()}>{t('common:print')}</Button>
        </>
      }
    >
      <Filters
        filters={[
          { name: 'personId', label: t('actor'), person: true },
          { name: 'recordId', label: t('record') },
          {
            name: 'what',
            label: t('accessWhat'),
            choices: whats.map((value) => ({ value, label: t(`access_${value}`) })),
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
      <ServerTable<Access>
        label={t('accesses')}
        list={(page) => read('/ledger/accesses', { params: { query: { ...asked, ...page } as never } })}
        columns={columns}
        rowKey={({ seq }) => String(seq)}
        empty={t('accessesNone')}
      />
    </PageFrame>
  );
}

/** The instant, leading to the entry that tells of it. */
const Entered = ({ seq, time }: { seq: number; time: string }) => (
  <span className="access-lines">
    <Moment at={time} />
    <small>
      <Link to={`/ledger/${seq}`}>#{seq}</Link>
    </small>
  </span>
);

function Lead({ recordId }: { recordId: string | undefined }) {
  const { t } = useWords('audit');
  const { data } = useQuery({
    ...read('/records/{id}', { params: { path: { id: recordId ?? '' } } }),
    enabled: recordId !== undefined,
  });
  if (!data) return t('accessesLead');
  return (
    <>
      <Link to={`/records/${data.id}`}>{t('accessesOf', { title: data.title || data.id })}</Link> · {t('accessesLead')}
    </>
  );
}
