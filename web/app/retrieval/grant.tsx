import './retrieval.css';

import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions, Typography } from 'antd';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'react-router';
import { read } from '../api/query.ts';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { CaseLink } from '../records/links.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { AnswerForm } from './answer.tsx';
import { GrantRecords } from './grant-records.tsx';
import { GrantViewings } from './grant-viewings.tsx';
import { type Grant, grantTones } from './kinds.ts';
import { askAgainPath } from './links.ts';
import { mayAnswer, mayRevoke } from './may.ts';
import { Revoke } from './revoke.tsx';
import { StartViewing } from './start-viewing.tsx';
import { useTerm } from './term.ts';

/** While it waits for its answer the page looks again, milliseconds. */
const WAITING_MS = 10_000;

/** A request and, once approved, the grant: what was asked, the answer, and what was watched. */
export default function GrantPage() {
  const { t } = useWords('retrieval');
  const { id = '' } = useParams();
  const { permissions, id: me } = useSession();
  const query = useQuery({
    ...read('/grants/{id}', { params: { path: { id } } }),
    refetchInterval: ({ state }) => state.data?.state === 'waiting' && WAITING_MS,
  });
  const above =
    query.data?.personId === me && permissions['grant.request']
      ? [{ title: t('mine'), to: '/grants' }]
      : [{ title: t('approvals'), to: '/approvals' }];
  return (
    <Reading query={query} title={t('grant')} above={above}>
      {(grant) => (
        <PageFrame
          title={grant.text}
          lead={t(`reason_${grant.reason}`)}
          above={above}
          actions={<Actions grant={grant} />}
        >
          <div className="aside">
            <div className="page-body">
              <Request grant={grant} />
              <GrantRecords grant={grant} />
              <GrantViewings grant={grant} />
            </div>
            <Answer grant={grant} />
          </div>
        </PageFrame>
      )}
    </Reading>
  );
}

function Actions({ grant }: { grant: Grant }) {
  const { t } = useWords('retrieval');
  const session = useSession();
  const [open, setOpen] = useState<'start' | 'answer' | 'revoke'>();
  const close = () => setOpen(undefined);
  const mine = grant.personId === session.id;
  const over = grant.state !== 'live' && grant.state !== 'waiting';
  return (
    <>
      {mayRevoke(session, grant) && (
        <Button danger onClick={() => setOpen('revoke')}>
          {t('revoke')}
        </Button>
      )}
      {mayAnswer(session, grant) && (
        <Button type="primary" onClick={() => setOpen('answer')}>
          {t('answerOne')}
        </Button>
      )}
      {mine && over && (
        <Link to={askAgainPath(grant)}>
          <Button tabIndex={-1}>{t('askAgain')}</Button>
        </Link>
      )}
      {mine && grant.state === 'live' && (
        <Button type="primary" onClick={() => setOpen('start')}>
          {t('start')}
        </Button>
      )}
      {open === 'start' && <StartViewing grant={grant} onClose={close} />}
      {open === 'answer' && <AnswerForm grant={grant} onClose={close} />}
      {open === 'revoke' && <Revoke grant={grant} onClose={close} />}
    </>
  );
}

function Request({ grant }: { grant: Grant }) {
  const { t } = useWords('retrieval');
  const term = useTerm();
  const items = [
    { key: 'person', label: t('person'), children: <PersonName id={grant.personId} /> },
    { key: 'at', label: t('requestedAt'), children: <Moment at={grant.requestedAt} /> },
    ...(grant.caseId ? [{ key: 'case', label: t('case'), children: <CaseLink id={grant.caseId} /> }] : []),
    {
      key: 'departments',
      label: t('departments'),
      children: <Departments ids={grant.departments} />,
    },
    {
      key: 'terms',
      label: t('howLong'),
      children: `${term(grant.seconds)} · ${t('times', { count: grant.viewings })}`,
    },
    { key: 'id', label: 'ID', children: <Digest value={grant.id} /> },
  ];
  return (
    <Card title={<h2>{t('request')}</h2>}>
      <Descriptions column={{ xs: 1, md: 2 }} items={items} />
    </Card>
  );
}

const Departments = ({ ids }: { ids: readonly string[] }) =>
  ids.map((id, i) => (
    <span key={id}>
      {i > 0 && '、'}
      <DepartmentName id={id} />
    </span>
  ));

/** How it stands, who answered with what words, and who took it back. */
function Answer({ grant }: { grant: Grant }) {
  const { t } = useWords('retrieval');
  const { answered, revoked, approvedBy, rule } = grant;
  const rows: [string, ReactNode][] = [
    [t('state'), <StateTag key="state" tone={grantTones[grant.state]} word={t(`state_${grant.state}`)} />],
  ];
  if (answered) {
    const by = approvedBy === 'policy' ? t('byPolicy') : <PersonName id={answered.by} />;
    rows.push([t('answeredBy'), by], [t('answeredAt'), <Moment key="at" at={answered.at} />]);
    rows.push([t('answerReason'), rule ? t(`rule_${rule}`) : answered.reason]);
  }
  if (approvedBy) {
    rows.push([t('until'), <Moment key="until" at={grant.expiresAt} />]);
    rows.push([t('left'), t('leftOf', { left: grant.viewingsLeft, all: grant.viewings })]);
  }
  if (revoked) {
    rows.push([t('revokedCause'), revoked.cause === 'person' ? revoked.reason : t(`cause_${revoked.cause}`)]);
    if (revoked.cause === 'person') rows.push([t('revokedBy'), <PersonName key="revoker" id={revoked.by} />]);
    rows.push([t('revokedAt'), <Moment key="revoked" at={revoked.at} />]);
  }
  return (
    <Card title={<h2>{t('answer')}</h2>}>
      <Descriptions column={1} items={rows.map(([label, children]) => ({ key: label, label, children }))} />
      {!answered && <Typography.Text type="secondary">{t('waitingFor')}</Typography.Text>}
      {answered?.signature && <Typography.Text type="secondary">{t('signed')}</Typography.Text>}
    </Card>
  );
}
