import { useQuery } from '@tanstack/react-query';
import { Space } from 'antd';
import { Link } from 'react-router';
import { type Item, read } from '../api/query.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import { DockName } from './dock-name.tsx';
import { useFindingWord } from './finding-words.tsx';

type DockDay = Item<'/dock-days'>;

/** What docks saw of each device on each day, as they stated it. */
export default function DockDays() {
  const { t } = useWords('docking');
  const filters = useFilters(['device', 'dockId', 'day']);
  const docks = useQuery(read('/docks', { params: { query: { limit: 200 } } })).data?.items ?? [];
  const columns: Column<DockDay>[] = [
    {
      key: 'device',
      title: t('device'),
      heading: true,
      render: ({ id, device }) => <Link to={`/dock-days/${id}`}>{device}</Link>,
    },
    { key: 'day', title: t('day'), render: ({ day }) => day },
    { key: 'files', title: t('files'), render: ({ files }) => files },
    { key: 'findings', title: t('findings'), long: true, render: ({ findings }) => <Found findings={findings} /> },
    { key: 'dock', title: t('dock'), render: ({ dockId }) => <DockName id={dockId} /> },
    { key: 'department', title: t('department'), render: ({ departmentId }) => <DepartmentName id={departmentId} /> },
    { key: 'stated', title: t('statedAt'), render: ({ statedAt }) => <Moment at={statedAt} /> },
  ];
  return (
    <PageFrame title={t('title')} lead={t('lead')}>
      <Filters
        filters={[
          { name: 'device', label: t('device'), hint: t('deviceHint') },
          { name: 'dockId', label: t('dock'), choices: docks.map(({ id, name }) => ({ value: id, label: name })) },
          { name: 'day', label: t('day'), day: true },
        ]}
      />
      <ServerTable<DockDay>
        label={t('title')}
        list={(page) => read('/dock-days', { params: { query: { ...filters, ...page } } })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('none')}
      />
    </PageFrame>
  );
}

function Found({ findings }: Pick<DockDay, 'findings'>) {
  const { t } = useWords('docking');
  const word = useFindingWord();
  if (findings.length === 0) return <StateTag tone="good" word={t('findingsNone')} />;
  return (
    <Space size={4} wrap>
      {findings.map(({ code, count }) => (
        <StateTag key={code} tone="waits" word={count > 1 ? `${word(code)} × ${count}` : word(code)} />
      ))}
    </Space>
  );
}
