import { Button, Space } from 'antd';
import { useCallback, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, useDepartments } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import type { DueRecord } from './kinds.ts';
import { Propose } from './propose.tsx';

/** Records whose term is over, to be appraised: what has no value any more is put on a list. One list is of one department. */
export default function DueRecords() {
  const { t } = useWords('disposal');
  const records = useWords('records');
  const navigate = useNavigate();
  const departments = useDepartments();
  const filters = useFilters(['departmentId']);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [proposing, setProposing] = useState(false);
  // What was shown on any page, since what was chosen stays chosen on the next.
  const [known, setKnown] = useState<ReadonlyMap<string, DueRecord>>(new Map());
  const onPage = useCallback((items: readonly DueRecord[]) => {
    setKnown((before) => new Map([...before, ...items.map((record) => [record.id, record] as const)]));
  }, []);
  const picked = chosen.flatMap((id) => known.get(id) ?? []);
  const [first] = picked;
  const barred = (id: string) => {
    const record = known.get(id);
    return (
      !record || record.inUse || record.listed || (first !== undefined && first.departmentId !== record.departmentId)
    );
  };
  const columns: Column<DueRecord>[] = [
    {
      key: 'title',
      title: t('record'),
      heading: true,
      long: true,
      render: ({ id, title }) => <Link to={`/records/${id}`}>{title}</Link>,
    },
    { key: 'kind', title: t('kind'), render: ({ kind }) => records.t(`kind_${kind}`) },
    { key: 'ended', title: t('termEnded'), render: ({ term }) => <Moment at={term.until} day /> },
    { key: 'why', title: t('why'), render: ({ term }) => <Why term={term} /> },
    { key: 'size', title: t('size'), render: ({ size }) => bytes(size) },
    {
      key: 'department',
      title: t('department'),
      render: ({ departmentId }) => <DepartmentName id={departmentId} />,
    },
    { key: 'standing', title: t('standing'), render: (record) => <Standing record={record} /> },
  ];
  return (
    <PageFrame
      title={t('due')}
      lead={t('dueLead')}
      actions={
        <>
          {chosen.length > 0 && <Button onClick={() => setChosen([])}>{t('unchoose')}</Button>}
          <Button type="primary" disabled={picked.length === 0} onClick={() => setProposing(true)}>
            {picked.length > 0 ? t('proposeCount', { count: picked.length }) : t('propose')}
          </Button>
        </>
      }
    >
      <Filters
        filters={[
          {
            name: 'departmentId',
            label: t('department'),
            choices: departments.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]}
      />
      <ServerTable<DueRecord>
        label={t('due')}
        list={(page) => read('/due-records', { params: { query: { ...filters, ...page } as never } })}
        columns={columns}
        rowKey={({ id }) => id}
        selection={{ keys: chosen, barred, onChange: setChosen }}
        onPage={onPage}
        empty={t('dueNone')}
      />
      {proposing && first && (
        <Propose
          records={picked}
          departmentId={first.departmentId}
          onClose={() => setProposing(false)}
          onDone={(id) => navigate(`/disposals/${id}`)}
        />
      )}
    </PageFrame>
  );
}

function Why({ term: { because } }: Pick<DueRecord, 'term'>) {
  const { t } = useWords('disposal');
  if (because.rule !== 'case' || !because.period || because.period === 'permanent') return t(`why_${because.rule}`);
  const words = t(`period_${because.period}`);
  return because.caseId ? <Link to={`/cases/${because.caseId}`}>{words}</Link> : words;
}

function Standing({ record: { inUse, listed } }: { record: DueRecord }) {
  const { t } = useWords('disposal');
  if (!inUse && !listed) return <StateTag tone="good" word={t('free')} />;
  return (
    <Space size={4} wrap>
      {inUse && <StateTag tone="busy" word={t('inUse')} />}
      {listed && <StateTag tone="waits" word={t('onList')} />}
    </Space>
  );
}
