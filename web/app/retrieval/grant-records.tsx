import { useQuery } from '@tanstack/react-query';
import { Button, Card } from 'antd';
import { useState } from 'react';
import { read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { duration } from '../parts/duration.ts';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { DepartmentName } from '../parts/names.tsx';
import { KindMark } from '../records/kind-mark.tsx';
import { probeOf } from '../records/probe.ts';
import { useWords } from '../words/use-words.ts';
import type { Grant, Watched } from './kinds.ts';
import { RecordName, useRecord } from './record-name.tsx';
import { type Span, shareOf } from './spans.ts';

type Asked = Grant['records'][number];

/** Records that are shown at once, and how many more each time. */
const STEP = 20;

/** The records of a grant, and how much of each was watched under it. */
export function GrantRecords({ grant }: { grant: Grant }) {
  const { t } = useWords('retrieval');
  const [shown, setShown] = useState(STEP);
  const { data } = useQuery(
    read('/grants/{id}/viewings', { params: { path: { id: grant.id }, query: { limit: 200 } } }),
  );
  const columns: Column<Asked>[] = [
    {
      key: 'name',
      title: t('records'),
      heading: true,
      long: true,
      render: ({ recordId }) => <RecordName id={recordId} />,
    },
    { key: 'extent', title: t('about'), render: ({ recordId }) => <Extent id={recordId} /> },
    { key: 'department', title: t('departments'), render: ({ departmentId }) => <DepartmentName id={departmentId} /> },
    {
      key: 'watched',
      title: t('watched'),
      render: ({ recordId }) =>
        grant.recordIds.includes(recordId) ? <Share id={recordId} viewings={data?.items ?? []} /> : t('notApproved'),
    },
  ];
  const more = Math.min(STEP, grant.records.length - shown);
  return (
    <Card title={<h2>{t('records')}</h2>}>
      <ItemTable<Asked>
        label={t('records')}
        items={grant.records.slice(0, shown)}
        columns={columns}
        rowKey={({ recordId }) => recordId}
      />
      {more > 0 && <Button onClick={() => setShown(shown + STEP)}>{t('recordsMore', { count: more })}</Button>}
    </Card>
  );
}

function Extent({ id }: { id: string }) {
  const { t } = useWords('retrieval');
  const { data } = useRecord(id);
  if (!data) return t('common:none');
  const { durationMs } = probeOf(data) ?? {};
  return (
    <>
      <KindMark kind={data.kind} /> {durationMs === undefined ? bytes(data.size) : duration(durationMs)}
    </>
  );
}

/** How much of a record was delivered, by bytes: of footage that is about its time. */
function Share({ id, viewings }: { id: string; viewings: readonly Watched[] }) {
  const { t } = useWords('retrieval');
  const { data } = useRecord(id);
  const spans: Span[] = viewings.flatMap(({ ranges }) => ranges.filter(({ recordId }) => recordId === id));
  if (spans.length === 0) return t('watchedNothing');
  if (!data?.size) return t('common:yes');
  const percent = Math.max(1, Math.round(100 * shareOf(spans, data.size)));
  return (
    <span className="share">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        {spans.map(({ from, to }, i) => (
          <rect
            key={i}
            x={(100 * from) / data.size}
            width={Math.max(0.5, (100 * (to - from + 1)) / data.size)}
            height="8"
          />
        ))}
      </svg>
      {t('watchedShare', { percent })}
    </span>
  );
}
