import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Descriptions } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { read } from '../api/query.ts';
import { bytes } from '../parts/bytes.ts';
import { Digest } from '../parts/digest.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { AnswerDisposal } from './answer.tsx';
import { type DisposalList, type ListedRecord, LOOK_MS, mayAnswer, originalTones, stateTones } from './kinds.ts';

/** A disposal list: who proposed and answered it, on what basis, and what has come of each record. */
export default function DisposalPage() {
  const { t } = useWords('disposal');
  const { id = '' } = useParams();
  const query = useQuery({
    ...read('/disposals/{id}', { params: { path: { id } } }),
    refetchInterval: ({ state }) => state.data?.state === 'approved' && LOOK_MS,
  });
  const above = [{ title: t('lists'), to: '/disposals' }];
  return (
    <Reading query={query} title={t('list')} above={above}>
      {(list) => (
        <PageFrame title={<Title at={list.proposedAt} />} above={above} actions={<Actions list={list} />}>
          <Standing list={list} />
          <Basics list={list} />
          <Card title={<h2>{t('records')}</h2>}>
            <Records list={list} />
          </Card>
        </PageFrame>
      )}
    </Reading>
  );
}

function Title({ at }: { at: string }) {
  const { t } = useWords('disposal');
  return (
    <>
      {t('list')} <Moment at={at} day />
    </>
  );
}

function Actions({ list }: { list: DisposalList }) {
  const { t } = useWords('disposal');
  const me = useSession();
  const [answering, setAnswering] = useState(false);
  return (
    <>
      {mayAnswer(me, list) && (
        <Button type="primary" onClick={() => setAnswering(true)}>
          {t('answer')}
        </Button>
      )}
      <Button onClick={() => print()}>{t('common:print')}</Button>
      {answering && <AnswerDisposal list={list} onClose={() => setAnswering(false)} />}
    </>
  );
}

/** What comes next, and what was left. */
function Standing({ list: { state, records, carriedOut } }: { list: DisposalList }) {
  const { t } = useWords('disposal');
  if (state === 'proposed') return <Alert type="info" showIcon title={t('waitsFor')} />;
  if (state === 'approved')
    return <Alert type="info" showIcon title={t('beingDone')} description={t('beingDoneHint')} />;
  if (!carriedOut) return null;
  const due = records.filter(({ original }) => original === 'due').length;
  return (
    <>
      {carriedOut.left.length > 0 && (
        <Alert type="warning" showIcon title={t('leftCount', { count: carriedOut.left.length })} />
      )}
      {due > 0 && <Alert type="info" showIcon title={t('dueCount', { count: due })} description={t('dueHint')} />}
    </>
  );
}

function Basics({ list }: { list: DisposalList }) {
  const { t } = useWords('disposal');
  const { answered, carriedOut } = list;
  const items = [
    {
      key: 'state',
      label: t('state'),
      children: <StateTag tone={stateTones[list.state]} word={t(`state_${list.state}`)} />,
    },
    { key: 'department', label: t('department'), children: <DepartmentName id={list.departmentId} /> },
    { key: 'basis', label: t('basis'), children: list.basis },
    { key: 'count', label: t('records'), children: t('countSize', { count: list.count, size: bytes(list.size) }) },
    { key: 'by', label: t('proposedBy'), children: <PersonName id={list.proposedBy} /> },
    { key: 'at', label: t('proposedAt'), children: <Moment at={list.proposedAt} /> },
    ...(answered
      ? [
          { key: 'answeredBy', label: t('answeredBy'), children: <PersonName id={answered.by} /> },
          { key: 'answeredAt', label: t('answeredAt'), children: <Moment at={answered.at} /> },
          { key: 'reason', label: t('answerReason'), children: answered.reason },
        ]
      : []),
    ...(carriedOut ? [{ key: 'done', label: t('carriedOutAt'), children: <Moment at={carriedOut.at} /> }] : []),
  ];
  return (
    <Card title={<h2>{t('basics')}</h2>}>
      <Descriptions column={{ xs: 1, md: 2 }} items={items} />
    </Card>
  );
}

function Records({ list: { records, carriedOut } }: { list: DisposalList }) {
  const { t } = useWords('disposal');
  const left = new Map(carriedOut?.left.map(({ recordId, why }) => [recordId, why]));
  const columns: Column<ListedRecord>[] = [
    {
      key: 'record',
      title: t('record'),
      heading: true,
      long: true,
      render: ({ recordId, title }) => <Link to={`/records/${recordId}`}>{title ?? t('titleGone')}</Link>,
    },
    { key: 'sha256', title: 'SHA-256', render: ({ sha256 }) => <Digest value={sha256} /> },
    { key: 'size', title: t('size'), render: ({ size }) => bytes(size) },
    { key: 'ended', title: t('termEnded'), render: ({ termEnded }) => <Moment at={termEnded} day /> },
    {
      key: 'end',
      title: t('came'),
      render: ({ recordId, disposed }) => {
        const why = left.get(recordId);
        if (why) return <StateTag tone="waits" word={t(`left_${why}`)} />;
        return <StateTag tone={disposed ? 'over' : 'good'} word={t(disposed ? 'disposed' : 'notYet')} />;
      },
    },
    {
      key: 'original',
      title: t('original'),
      render: ({ original }) => <StateTag tone={originalTones[original]} word={t(`original_${original}`)} />,
    },
  ];
  return (
    <ItemTable<ListedRecord>
      label={t('records')}
      items={records}
      columns={columns}
      rowKey={({ recordId }) => recordId}
    />
  );
}
