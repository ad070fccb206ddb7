import { Button, Space, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { type Item, read } from '../api/query.ts';
import { Filters, useFilters } from '../parts/filters.tsx';
import { Moment } from '../parts/moment.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { Register } from './register.tsx';
import { roles } from './roles.ts';

type Person = Item<'/people'>;

export default function People() {
  const { t } = useWords('people');
  const { permissions } = useSession();
  const [registering, setRegistering] = useState(false);
  const filters = useFilters(['q', 'role', 'state']);
  const columns: Column<Person>[] = [
    {
      key: 'name',
      title: t('name'),
      heading: true,
      render: ({ id, name }) => <Link to={`/people/${id}`}>{name}</Link>,
    },
    { key: 'username', title: t('username'), render: ({ username }) => username },
    {
      key: 'roles',
      title: t('roles'),
      render: ({ roles }) =>
        roles.length > 0 ? (
          <Space size={4} wrap>
            {roles.map((role) => (
              <Tag key={role}>{t(`common:role_${role}`)}</Tag>
            ))}
          </Space>
        ) : (
          t('rolesNone')
        ),
    },
    {
      key: 'departments',
      title: t('departments'),
      render: ({ memberships }) =>
        memberships.map(({ departmentName }) => departmentName).join('、') || t('common:none'),
    },
    {
      key: 'state',
      title: t('state'),
      render: ({ state, account }) => (
        <Space size={4}>
          <StateTag tone={state === 'active' ? 'good' : 'over'} word={t(`state_${state}`)} />
          {account?.locked && <StateTag tone="bad" word={t('locked')} />}
        </Space>
      ),
    },
    { key: 'seen', title: t('lastSignIn'), render: ({ account }) => <Moment at={account?.lastSignInAt} /> },
  ];
  return (
    <PageFrame
      title={t('title')}
      lead={t('lead')}
      actions={
        permissions['person.manage'] && (
          <Button type="primary" onClick={() => setRegistering(true)}>
            {t('register')}
          </Button>
        )
      }
    >
      <Filters
        filters={[
          { name: 'q', label: t('common:search'), hint: t('searchHint') },
          {
            name: 'role',
            label: t('roles'),
            choices: roles.map((value) => ({ value, label: t(`common:role_${value}`) })),
          },
          {
            name: 'state',
            label: t('state'),
            choices: (['active', 'suspended'] as const).map((value) => ({ value, label: t(`state_${value}`) })),
          },
        ]}
      />
      <ServerTable<Person>
        label={t('title')}
        list={(page) => read('/people', { params: { query: { ...filters, ...page } as never } })}
        columns={columns}
        rowKey={({ id }) => id}
      />
      {registering && <Register onClose={() => setRegistering(false)} />}
    </PageFrame>
  );
}
