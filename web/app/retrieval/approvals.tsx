import './retrieval.css';

import { Button, Card, Tabs } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { read } from '../api/query.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { AnswerForm } from './answer.tsx';
import { AnswerMany } from './answer-many.tsx';
import { useGrantColumns } from './grant-columns.tsx';
import { type Grant, grantStates } from './kinds.ts';
import { mayRevoke } from './may.ts';
import { Revoke } from './revoke.tsx';

const lists = ['waiting', 'running', 'past'] as const;

/** Requests of others: what waits for an answer, what is granted now, and what was. `?list=` says which. */
export default function Approvals() {
  const { t } = useWords('retrieval');
  const { permissions } = useSession();
  const [params, setParams] = useSearchParams();
  const offered = lists.filter((list) => list !== 'waiting' || permissions['grant.answer']);
  const list = offered.find((one) => one === params.get('list')) ?? offered[0];
  const content = { waiting: <Waiting />, running: <Running />, past: <Past /> };
  return (
    <PageFrame title={t('approvals')} lead={t(permissions['grant.answer'] ? 'approvalsLead' : 'oversightLead')}>
      <Card>
        <Tabs
          activeKey={list ?? 'waiting'}
          destroyOnHidden
          onChange={(chosen) => setParams({ list: chosen }, { replace: true })}
          items={offered.map((key) => ({ key, label: t(key), children: content[key] }))}
        />
      </Card>
    </PageFrame>
  );
}

/** What waits for the answer of the person who is signed in, one or many at once. */
function Waiting() {
  const { t } = useWords('retrieval');
  const columns = useGrantColumns();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [answering, setAnswering] = useState<readonly Grant[]>();
  // What was shown on any page, since what was chosen stays chosen on the next.
  const known = useRef(new Map<string, Grant>());
  const onPage = useCallback((items: readonly Grant[]) => {
    for (const grant of items) known.current.set(grant.id, grant);
  }, []);
  const actions: Column<Grant> = {
    key: 'actions',
    title: t('common:actions'),
    render: (grant) => (
      <Button size="small" onClick={() => setAnswering([grant])}>
        {t('answer')}
      </Button>
    ),
  };
  const [one, ...others] = answering ?? [];
  const close = () => setAnswering(undefined);
  return (
    <>
      <div className="list-actions">
        <Button
          type="primary"
          disabled={chosen.length === 0}
          onClick={() => setAnswering(chosen.flatMap((id) => known.current.get(id) ?? []))}
        >
          {t('answerMany', { count: chosen.length })}
        </Button>
        {chosen.length > 0 && <Button onClick={() => setChosen([])}>{t('unchoose')}</Button>}
      </div>
      <ServerTable<Grant>
        label={t('waiting')}
        list={(page) => read('/grants', { params: { query: { waiting: 'true', ...page } } })}
        columns={[...columns('text', 'person', 'case', 'count', 'departments', 'terms', 'requestedAt'), actions]}
        rowKey={({ id }) => id}
        selection={{ keys: chosen, onChange: setChosen }}
        onPage={onPage}
        empty={t('waitingNone')}
      />
      {one && others.length === 0 && <AnswerForm grant={one} onClose={close} />}
      {one && others.length > 0 && (
        <AnswerMany
          grants={[one, ...others]}
          onAnswered={(ids) => setChosen((now) => now.filter((id) => !ids.includes(id)))}
          onClose={close}
        />
      )}
    </>
  );
}

/** What is watched or may be, and can be taken back. */
function Running() {
  const { t } = useWords('retrieval');
  const session = useSession();
  const columns = useGrantColumns();
  const [revoking, setRevoking] = useState<Grant>();
  const actions: Column<Grant> = {
    key: 'actions',
    title: t('common:actions'),
    render: (grant) =>
      mayRevoke(session, grant) && (
        <Button size="small" danger onClick={() => setRevoking(grant)}>
          {t('revoke')}
        </Button>
      ),
  };
  return (
    <>
      <ServerTable<Grant>
        label={t('running')}
        list={(page) => read('/grants', { params: { query: { state: 'running', ...page } } })}
        columns={[
          ...columns('text', 'person', 'state', 'case', 'left', 'until', 'answeredBy'),
          ...(session.permissions['grant.revoke'] ? [actions] : []),
        ]}
        rowKey={({ id }) => id}
        empty={t('runningNone')}
      />
      {revoking && <Revoke grant={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}

/** Every request, whatever became of it. */
function Past() {
  const { t } = useWords('retrieval');
  const columns = useGrantColumns();
  const { state } = useFilters(['state']);
  return (
    <div className="page-body">
      <Filters
        filters={[
          {
            name: 'state',
            label: t('state'),
            choices: grantStates.map((value) => ({ value, label: t(`state_${value}`) })),
          },
        ]}
      />
      <ServerTable<Grant>
        label={t('past')}
        list={(page) => read('/grants', { params: { query: { ...(state && { state }), ...page } as never } })}
        columns={columns('text', 'person', 'state', 'case', 'count', 'left', 'answeredBy', 'requestedAt')}
        rowKey={({ id }) => id}
        empty={t('pastNone')}
      />
    </div>
  );
}
