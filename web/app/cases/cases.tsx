import { Button, Space } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { read } from '../api/query.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, useDepartments } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { useSaid, useWords } from '../words/use-words.ts';
import { Day, DueTag } from './due-tag.tsx';
import { type CaseItem, caseKinds, stages } from './kinds.ts';
import { OpenCase } from './open-case.tsx';

export default function Cases() {
  const { t } = useWords('cases');
  const { permissions, id } = useSession();
  const navigate = useNavigate();
  const departments = useDepartments();
  const [opening, setOpening] = useState(false);
  const { mine, ...filters } = useFilters(['q', 'state', 'kind', 'stage', 'departmentId', 'mine', 'sort']);
  const query = { ...filters, ...(mine && { personId: id }) };
  const columns: Column<CaseItem>[] = [
    {
      key: 'case',
      title: t('cause'),
      heading: true,
      long: true,
      render: (file) => <Link to={`/cases/${file.id}`}>{file.cause}</Link>,
    },
    { key: 'caseNo', title: t('caseNo'), render: ({ caseNo }) => caseNo ?? t('unnumbered') },
    { key: 'kind', title: t('kind'), render: ({ kind }) => t(`kind_${kind}`) },
    { key: 'stage', title: t('stage'), render: ({ stage }) => t(`stage_${stage}`) },
    {
      key: 'state',
      title: t('state'),
      render: ({ state }) => <StateTag tone={state === 'open' ? 'busy' : 'over'} word={t(`state_${state}`)} />,
    },
    { key: 'due', title: t('nextDue'), long: true, render: ({ deadlines: [next] }) => next && <NextDue next={next} /> },
    {
      key: 'department',
      title: t('department'),
      long: true,
      render: ({ departmentId }) => <DepartmentName id={departmentId} />,
    },
    { key: 'openedAt', title: t('openedAt'), render: ({ openedAt }) => <Moment at={openedAt} day /> },
  ];
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        permissions['case.open'] && (
          <Button type="primary" onClick={() => setOpening(true)}>
            {t('open')}
          </Button>
        )
      }
    >
      <Filters
        filters={[
          { name: 'q', label: t('common:search'), hint: t('searchHint') },
          {
            name: 'state',
            label: t('state'),
            choices: (['open', 'closed'] as const).map((value) => ({ value, label: t(`state_${value}`) })),
          },
          { name: 'kind', label: t('kind'), choices: caseKinds.map((value) => ({ value, label: t(`kind_${value}`) })) },
          { name: 'stage', label: t('stage'), choices: stages.map((value) => ({ value, label: t(`stage_${value}`) })) },
          {
            name: 'departmentId',
            label: t('department'),
            choices: departments.map((department) => ({ value: department.id, label: department.name })),
          },
          { name: 'mine', label: t('mine'), choices: [{ value: 'true', label: t('mineYes') }] },
          { name: 'sort', label: t('sort'), choices: [{ value: 'due', label: t('sort_due') }] },
        ]}
      />
      <ServerTable<CaseItem>
        label={t('title')}
        list={(page) => read('/cases', { params: { query: { ...query, ...page } as never } })}
        columns={columns}
        rowKey={(file) => file.id}
        empty={t('none')}
      />
      {opening && <OpenCase onClose={() => setOpening(false)} onDone={(made) => navigate(`/cases/${made}`)} />}
    </PageFrame>
  );
}

/** What a case has to be done by next. */
function NextDue({ next: { label, due, daysLeft } }: { next: CaseItem['deadlines'][number] }) {
  const said = useSaid();
  return (
    <Space size={[8, 2]} wrap>
      <DueTag daysLeft={daysLeft} />
      <span>
        {said(label)} · <Day day={due} />
      </span>
    </Space>
  );
}
