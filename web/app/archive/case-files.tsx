import { Button, Space } from 'antd';
import { useState } from 'react';
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
import { type CaseFile, callOf, readinesses, stateTones } from './kinds.ts';
import { PackCase } from './pack-case.tsx';
import { Readiness } from './readiness.tsx';

/** Cases as an archivist sees them: what is there of each to be packed, what is missing, what was packed last. */
export default function CaseFiles() {
  const { t } = useWords('archive');
  const cases = useWords('cases');
  const navigate = useNavigate();
  const departments = useDepartments();
  const [packing, setPacking] = useState<CaseFile>();
  const { state = 'closed', ...filters } = useFilters(['q', 'state', 'readiness', 'departmentId']);
  const query = { ...filters, ...(state !== 'all' && { state }) };
  const columns: Column<CaseFile>[] = [
    {
      key: 'case',
      title: t('case'),
      heading: true,
      long: true,
      render: (file) => <Link to={`/cases/${file.id}`}>{callOf(file)}</Link>,
    },
    { key: 'missing', title: t('missing'), long: true, render: (file) => <Readiness file={file} /> },
    {
      key: 'sealed',
      title: t('inIt'),
      render: ({ sealed }) => `${t('inItCount', { count: sealed.count })} · ${bytes(sealed.size)}`,
    },
    {
      key: 'state',
      title: t('caseState'),
      render: (file) => (
        <StateTag tone={file.state === 'open' ? 'busy' : 'over'} word={cases.t(`state_${file.state}`)} />
      ),
    },
    {
      key: 'department',
      title: cases.t('department'),
      render: ({ departmentId }) => <DepartmentName id={departmentId} />,
    },
    { key: 'last', title: t('last'), render: ({ last }) => <Last last={last} /> },
    {
      key: 'pack',
      title: t('common:actions'),
      render: (file) => (
        <Button size="small" aria-label={`${t('pack')} ${callOf(file)}`} onClick={() => setPacking(file)}>
          {t('pack')}
        </Button>
      ),
    },
  ];
  const states = [
    { value: 'closed', label: t('closedFirst') },
    { value: 'open', label: t('stillOpen') },
    { value: 'all', label: t('everyCase') },
  ];
  return (
    <PageFrame
      title={t('files')}
      lead={t('filesLead')}
      actions={
        <Link to="/exports">
          <Button tabIndex={-1}>{t('exports')}</Button>
        </Link>
      }
    >
      <Filters
        filters={[
          { name: 'q', label: t('common:search'), hint: t('searchHint') },
          { name: 'state', label: t('caseState'), choices: states, otherwise: 'closed' },
          {
            name: 'readiness',
            label: t('missing'),
            choices: readinesses.map((value) => ({ value, label: t(`readiness_${value}`) })),
          },
          {
            name: 'departmentId',
            label: cases.t('department'),
            choices: departments.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]}
      />
      <ServerTable<CaseFile>
        label={t('files')}
        list={(page) => read('/case-files', { params: { query: { ...query, ...page } as never } })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t(state === 'closed' ? 'filesNoneClosed' : 'filesNone')}
      />
      {packing && (
        <PackCase
          caseId={packing.id}
          onClose={() => setPacking(undefined)}
          onDone={(id) => navigate(`/exports/${id}`)}
        />
      )}
    </PageFrame>
  );
}

function Last({ last }: { last: CaseFile['last'] }) {
  const { t } = useWords('archive');
  if (!last) return t('lastNone');
  return (
    <Link to={`/exports/${last.id}`}>
      <Space size={4} wrap>
        <StateTag tone={stateTones[last.state]} word={t(`state_${last.state}`)} />
        <Moment at={last.requestedAt} day />
      </Space>
    </Link>
  );
}
