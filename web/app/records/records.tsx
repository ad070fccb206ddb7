import { useQuery } from '@tanstack/react-query';
import { Alert, Space } from 'antd';
import { Link } from 'react-router';
import { read } from '../api/query.ts';
import { dayEnd, dayStart } from '../parts/days.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { useDepartments } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { ServerTable } from '../parts/server-table.tsx';
import { useWords } from '../words/use-words.ts';
import { type RecordItem, recordKinds, recordStates, sources } from './kinds.ts';
import { useRecordColumns } from './record-columns.tsx';

/** All records that one may know of, and what else a text finds. */
export default function Records() {
  const { t } = useWords('records');
  const columns = useRecordColumns();
  const departments = useDepartments();
  const { from, to, ...said } = useFilters([
    ...(['q', 'kind', 'state', 'source', 'departmentId', 'unclaimed', 'from', 'to'] as const),
  ]);
  const query = { ...said, ...(from && { from: dayStart(from) }), ...(to && { to: dayEnd(to) }) };
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <Filters
        filters={[
          { name: 'q', label: t('common:search'), hint: t('searchHint') },
          {
            name: 'kind',
            label: t('kind'),
            choices: recordKinds.map((value) => ({ value, label: t(`kind_${value}`) })),
          },
          {
            name: 'state',
            label: t('state'),
            choices: recordStates.map((value) => ({ value, label: t(`state_${value}`) })),
          },
          {
            name: 'source',
            label: t('source'),
            choices: sources.map((value) => ({ value, label: t(`source_${value}`) })),
          },
          {
            name: 'departmentId',
            label: t('department'),
            choices: departments.map(({ id, name }) => ({ value: id, label: name })),
          },
          {
            name: 'unclaimed',
            label: t('unclaimed'),
            choices: [
              { value: 'true', label: t('unclaimedYes') },
              { value: 'false', label: t('unclaimedNo') },
            ],
          },
          { name: 'from', label: t('from'), day: true },
          { name: 'to', label: t('to'), day: true },
        ]}
      />
      {said.q && <AlsoFound q={said.q} />}
      <ServerTable<RecordItem>
        label={t('title')}
        list={(page) => read('/records', { params: { query: { ...query, ...page } as never } })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('none')}
      />
    </PageFrame>
  );
}

/** Subjects and cases that the same text finds. */
function AlsoFound({ q }: { q: string }) {
  const { t } = useWords('records');
  const { data } = useQuery(read('/search', { params: { query: { q, limit: 5 } } }));
  if (!data || data.cases.length + data.subjects.length === 0) return null;
  return (
    <Alert
      type="info"
      title={
        <Space size={[16, 4]} wrap>
          <span>{t('also')}</span>
          {data.cases.map(({ id, caseNo, cause }) => (
            <Link key={id} to={`/cases/${id}`}>
              {t('case')} {caseNo ?? ''} {cause}
            </Link>
          ))}
          {data.subjects.map(({ id, name }) => (
            <Link key={id} to={`/subjects/${id}`}>
              {t('subject')} {name}
            </Link>
          ))}
        </Space>
      }
    />
  );
}
