import { Button, Card, Tabs } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { AnswerDisposal } from './answer.tsx';
import { type ListItem, listStates, stateTones } from './kinds.ts';

/** Disposal lists: what waits for the answer of who is signed in, and all that there ever were. `?list=` says which. */
export default function Disposals() {
  const { t } = useWords('disposal');
  const { permissions } = useSession();
  const [params, setParams] = useSearchParams();
  const answers = permissions['disposal.answer'] !== undefined;
  const shown = answers && params.get('list') !== 'all' ? 'waiting' : 'all';
  const tabs = [
    { key: 'waiting', label: t('waiting'), children: <Waiting /> },
    { key: 'all', label: t('all'), children: <All /> },
  ];
  return (
    <PageFrame
      title={t('lists')}
      lead={t('listsLead')}
      actions={
        permissions['disposal.propose'] && (
          <Link to="/due-records">
            <Button type="primary" tabIndex={-1}>
              {t('toDue')}
            </Button>
          </Link>
        )
      }
    >
      {answers ? (
        <Card>
          <Tabs
            activeKey={shown}
            destroyOnHidden
            onChange={(list) => setParams({ list }, { replace: true })}
            items={tabs}
          />
        </Card>
      ) : (
        <All />
      )}
    </PageFrame>
  );
}

function useColumns(): Column<ListItem>[] {
  const { t } = useWords('disposal');
  return [
    {
      key: 'basis',
      title: t('basis'),
      heading: true,
      long: true,
      render: ({ id, basis }) => <Link to={`/disposals/${id}`}>{basis}</Link>,
    },
    {
      key: 'state',
      title: t('state'),
      render: ({ state }) => <StateTag tone={stateTones[state]} word={t(`state_${state}`)} />,
    },
    {
      key: 'count',
      title: t('records'),
      render: ({ count, size }) => t('countSize', { count, size: bytes(size) }),
    },
    {
      key: 'department',
      title: t('department'),
      render: ({ departmentId }) => <DepartmentName id={departmentId} />,
    },
    { key: 'by', title: t('proposedBy'), render: ({ proposedBy }) => <PersonName id={proposedBy} /> },
    { key: 'at', title: t('proposedAt'), render: ({ proposedAt }) => <Moment at={proposedAt} /> },
  ];
}

function Waiting() {
  const { t } = useWords('disposal');
  const columns = useColumns();
  const [answering, setAnswering] = useState<ListItem>();
  const actions: Column<ListItem> = {
    key: 'actions',
    title: t('common:actions'),
    render: (list) => (
      <Button size="small" onClick={() => setAnswering(list)}>
        {t('answer')}
      </Button>
    ),
  };
  return (
    <>
      <ServerTable<ListItem>
        label={t('waiting')}
        list={(page) => read('/disposals', { params: { query: { waiting: 'true', ...page } as never } })}
        columns={[...columns.filter(({ key }) => key !== 'state'), actions]}
        rowKey={({ id }) => id}
        empty={t('waitingNone')}
      />
      {answering && <AnswerDisposal list={answering} onClose={() => setAnswering(undefined)} />}
    </>
  );
}

function All() {
  const { t } = useWords('disposal');
  const columns = useColumns();
  const { state } = useFilters(['state']);
  return (
    <div className="page-body">
      <Filters
        filters={[
          {
            name: 'state',
            label: t('state'),
            choices: listStates.map((value) => ({ value, label: t(`state_${value}`) })),
          },
        ]}
      />
      <ServerTable<ListItem>
        label={t('lists')}
        list={(page) => read('/disposals', { params: { query: { ...(state && { state }), ...page } as never } })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('listsNone')}
      />
    </div>
  );
}
