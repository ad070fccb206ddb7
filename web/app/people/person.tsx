import { useQuery } from '@tanstack/react-query';
import { Card, Descriptions, Space } from 'antd';
import { useParams } from 'react-router';
import { type Body, read } from '../api/query.ts';
import { AuditLinks } from '../audit/audit-links.tsx';
import { Digest } from '../parts/digest.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { Reading } from '../parts/reading.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useWords } from '../words/use-words.ts';
import { Memberships } from './memberships.tsx';
import { PersonActions } from './person-actions.tsx';

export type Person = Body<'/people/{id}'>;

export default function PersonPage() {
  const { t } = useWords('people');
  const { id = '' } = useParams();
  const query = useQuery(read('/people/{id}', { params: { path: { id } } }));
  const above = [{ title: t('title'), to: '/people' }];
  return (
    <Reading query={query} title={t('title')} above={above}>
      {(person) => (
        <PageFrame
          title={person.name}
          above={above}
          actions={
            <>
              <AuditLinks of={{ personId: person.id }} />
              <PersonActions person={person} />
            </>
          }
        >
          <Card title={t('basics')}>
            <Particulars person={person} />
          </Card>
          <Memberships person={person} />
        </PageFrame>
      )}
    </Reading>
  );
}

function Particulars({ person }: { person: Person }) {
  const { t } = useWords('people');
  const { account } = person;
  const state = (
    <Space size={4}>
      <StateTag tone={person.state === 'active' ? 'good' : 'over'} word={t(`state_${person.state}`)} />
      {account?.locked && <StateTag tone="bad" word={t('locked')} />}
    </Space>
  );
  const items = [
    { key: 'username', label: t('username'), children: person.username },
    { key: 'certificateNo', label: t('certificateNo'), children: person.certificateNo ?? t('common:none') },
    {
      key: 'roles',
      label: t('roles'),
      children: person.roles.map((role) => t(`common:role_${role}`)).join('、') || t('rolesNone'),
    },
    { key: 'state', label: t('state'), children: state },
    { key: 'seen', label: t('lastSignIn'), children: <Moment at={account?.lastSignInAt} /> },
    { key: 'passwordSetAt', label: t('passwordSetAt'), children: <Moment at={account?.passwordSetAt} /> },
    { key: 'registeredAt', label: t('registeredAt'), children: <Moment at={person.registeredAt} /> },
    { key: 'id', label: 'ID', children: <Digest value={person.id} /> },
  ];
  return <Descriptions column={{ xs: 1, md: 2 }} items={items} />;
}
