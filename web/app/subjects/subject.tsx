import './subjects.css';

import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Card, Descriptions, Space } from 'antd';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { read } from '../api/query.ts';
import { AuditLinks } from '../audit/audit-links.tsx';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { EditSubject } from './edit-subject.tsx';
import type { Subject } from './kinds.ts';
import { Reveal } from './reveal.tsx';
import { SubjectCases } from './subject-cases.tsx';
import { SubjectTimeline } from './subject-timeline.tsx';

/** An enforcement subject: who it is, its cases, and all its records on one time line. */
export default function SubjectPage() {
  const { t } = useWords('subjects');
  const { id = '' } = useParams();
  const { permissions } = useSession();
  const query = useQuery(read('/subjects/{id}', { params: { path: { id } } }));
  const above = [{ title: t('title'), to: '/subjects' }];
  return (
    <Reading query={query} title={t('title')} above={above}>
      {(subject) => (
        <PageFrame title={subject.name || t('unnamed')} above={above} actions={<Actions subject={subject} />}>
          {subject.minor && <Alert type="warning" showIcon title={t('minor')} description={t('minorLead')} />}
          <div className="aside">
            <div className="page-body">
              <Basics subject={subject} />
              {permissions['record.read'] && <SubjectTimeline id={subject.id} />}
            </div>
            {permissions['case.read'] && <SubjectCases id={subject.id} />}
          </div>
        </PageFrame>
      )}
    </Reading>
  );
}

function Actions({ subject }: { subject: Subject }) {
  const { t } = useWords('subjects');
  const { permissions } = useSession();
  const [open, setOpen] = useState<'edit' | 'reveal'>();
  const close = () => setOpen(undefined);
  const masked = subject.idNumber || Object.keys(subject.contacts).length > 0;
  return (
    <>
      <AuditLinks of={{ id: subject.id }} />
      {permissions['subject.reveal'] && masked && <Button onClick={() => setOpen('reveal')}>{t('reveal')}</Button>}
      {permissions['subject.write'] && <Button onClick={() => setOpen('edit')}>{t('edit')}</Button>}
      {permissions['record.upload'] && (
        <Link to={`/upload?subject=${subject.id}`}>
          <Button type="primary" tabIndex={-1}>
            {t('upload')}
          </Button>
        </Link>
      )}
      {open === 'edit' && <EditSubject subject={subject} onClose={close} />}
      {open === 'reveal' && <Reveal subject={subject} onClose={close} />}
    </>
  );
}

function Basics({ subject }: { subject: Subject }) {
  const { t } = useWords('subjects');
  const { idType, idNumber, idNumberFault, contacts, provisional } = subject;
  const number = (
    <Space size={6} wrap>
      {idNumber ?? t('common:none')}
      {idNumberFault && <StateTag tone="waits" word={t('idFault')} />}
    </Space>
  );
  const external = subject.externalIds.map(({ system, id }) => `${system} ${id}`).join('、');
  const items = [
    { key: 'type', label: t('type'), children: t(`type_${subject.type}`) },
    {
      key: 'provisional',
      label: t('provisional'),
      children: (
        <StateTag tone={provisional ? 'waits' : 'good'} word={t(provisional ? 'provisionalYes' : 'provisionalNo')} />
      ),
    },
    { key: 'idNumber', label: idType ? t(`id_${idType}`) : t('idNumber'), children: number },
    { key: 'phone', label: t('phone'), children: contacts.phone ?? t('common:none') },
    { key: 'email', label: t('email'), children: contacts.email ?? t('common:none') },
    { key: 'address', label: t('address'), children: contacts.address ?? t('common:none') },
    { key: 'registeredAt', label: t('registeredAt'), children: <Moment at={subject.registeredAt} /> },
    { key: 'registeredBy', label: t('registeredBy'), children: <PersonName id={subject.registeredBy} /> },
    ...(external ? [{ key: 'external', label: t('externalIds'), children: external }] : []),
    { key: 'id', label: 'ID', children: <Digest value={subject.id} /> },
  ];
  return (
    <Card title={<h2>{t('basics')}</h2>}>
      <Descriptions column={{ xs: 1, md: 2 }} items={items} />
    </Card>
  );
}
