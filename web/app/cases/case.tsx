import './cases.css';

import { useQuery } from '@tanstack/react-query';
import { Button, Card, Descriptions } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { read } from '../api/query.ts';
import { PackCase } from '../archive/pack-case.tsx';
import { AuditLinks } from '../audit/audit-links.tsx';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName, PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { SetRetention } from '../retention/set-retention.tsx';
import { RetentionText, TermText } from '../retention/term.tsx';
import { CaseGrants } from '../retrieval/case-grants.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { CaseRecords } from './case-records.tsx';
import { CaseSubjects } from './case-subjects.tsx';
import { Deadlines } from './deadlines.tsx';
import { EditCase } from './edit-case.tsx';
import { EnterStage } from './enter-stage.tsx';
import type { OneCase } from './kinds.ts';
import { Passed } from './passed.tsx';
import { StageList } from './stage-list.tsx';
import { Team } from './team.tsx';

/** A case: its stages with what is there and must be, who it concerns, who works on it, and its records. */
export default function CasePage() {
  const { t } = useWords('cases');
  const { id = '' } = useParams();
  const { permissions } = useSession();
  const query = useQuery(read('/cases/{id}', { params: { path: { id } } }));
  const above = [{ title: t('title'), to: '/cases' }];
  return (
    <Reading query={query} title={t('title')} above={above}>
      {(file) => (
        <PageFrame
          title={file.cause}
          lead={file.caseNo ?? t('unnumbered')}
          above={above}
          actions={<Actions file={file} />}
        >
          <div className="aside">
            <div className="page-body">
              <Basics file={file} />
              <Deadlines file={file} />
              <StageList file={file} />
            </div>
            <div className="page-body">
              <CaseSubjects file={file} />
              <Team file={file} />
              <Passed file={file} />
            </div>
          </div>
          <CaseRecords file={file} />
          {permissions['grant.read'] && <CaseGrants caseId={file.id} />}
        </PageFrame>
      )}
    </Reading>
  );
}

function Actions({ file }: { file: OneCase }) {
  const { t } = useWords('cases');
  const asking = useWords('retrieval');
  const { permissions } = useSession();
  const [open, setOpen] = useState<'edit' | 'enter' | 'pack' | 'appraise'>();
  const close = () => setOpen(undefined);
  const writes = permissions['case.write'];
  const words = useWords('archive');
  const retention = useWords('retention');
  const navigate = useNavigate();
  const goesOn = file.state === 'open';
  return (
    <>
      <AuditLinks of={{ id: file.id }} />
      {writes && goesOn && <Button onClick={() => setOpen('edit')}>{t('edit')}</Button>}
      {writes && <Button onClick={() => setOpen('enter')}>{t('enter')}</Button>}
      {permissions['case.appraise'] && <Button onClick={() => setOpen('appraise')}>{retention.t('set')}</Button>}
      {permissions['record.link'] && goesOn && (
        <Link to={`/inbox?case=${file.id}`}>
          <Button tabIndex={-1}>{t('fromInbox')}</Button>
        </Link>
      )}
      {permissions['grant.request'] && (
        <Link to={`/grants/new?case=${file.id}`}>
          <Button type={permissions['record.upload'] ? 'default' : 'primary'} tabIndex={-1}>
            {asking.t('ask')}
          </Button>
        </Link>
      )}
      {permissions['record.upload'] && goesOn && (
        <Link to={`/upload?case=${file.id}&stage=${file.stage}`}>
          <Button type="primary" tabIndex={-1}>
            {t('upload')}
          </Button>
        </Link>
      )}
      {permissions['export.create'] && (
        <Button type="primary" onClick={() => setOpen('pack')}>
          {words.t('pack')}
        </Button>
      )}
      {open === 'pack' && <PackCase caseId={file.id} onClose={close} onDone={(id) => navigate(`/exports/${id}`)} />}
      {open === 'edit' && <EditCase file={file} onClose={close} />}
      {open === 'appraise' && <SetRetention file={file} onClose={close} />}
      {open === 'enter' && <EnterStage file={file} onClose={close} />}
    </>
  );
}

/** A line of its own. */
const wide = { span: { xs: 1, md: 2 } };

function Basics({ file }: { file: OneCase }) {
  const { t } = useWords('cases');
  const retention = useWords('retention');
  const external = file.externalIds.map(({ system, id }) => `${system} ${id}`).join('、');
  const items = [
    { key: 'kind', label: t('kind'), children: t(`kind_${file.kind}`) },
    {
      key: 'state',
      label: t('state'),
      children: <StateTag tone={file.state === 'open' ? 'busy' : 'over'} word={t(`state_${file.state}`)} />,
    },
    { key: 'stage', label: t('stage'), children: t(`stage_${file.stage}`) },
    { key: 'department', label: t('department'), children: <DepartmentName id={file.departmentId} /> },
    { key: 'openedAt', label: t('openedAt'), children: <Moment at={file.openedAt} /> },
    { key: 'openedBy', label: t('openedBy'), children: <PersonName id={file.openedBy} /> },
    ...(file.closedAt ? [{ key: 'closedAt', label: t('closedAt'), children: <Moment at={file.closedAt} /> }] : []),
    ...(external ? [{ key: 'external', label: t('externalIds'), children: external }] : []),
    { key: 'id', label: 'ID', children: <Digest value={file.id} /> },
    { ...wide, key: 'until', label: retention.t('until'), children: <TermText term={file.term} of="file" /> },
    {
      ...wide,
      key: 'retention',
      label: retention.t('period'),
      children: <RetentionText retention={file.retention} />,
    },
  ];
  return (
    <Card>
      <Descriptions column={{ xs: 1, md: 2 }} items={items} />
    </Card>
  );
}
