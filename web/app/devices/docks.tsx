import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { type Item, read } from '../api/query.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentName } from '../parts/names.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { DepartmentSelect } from '../parts/selects.tsx';
import { type Column, ServerTable } from '../parts/server-table.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { isGood } from './token-state.tsx';

type Dock = Item<'/docks'>;

/** The docking stations of the agency. */
export default function Docks() {
  const { t } = useWords('devices');
  const { permissions } = useSession();
  const [registering, setRegistering] = useState(false);
  const columns: Column<Dock>[] = [
    { key: 'name', title: t('dock'), heading: true, render: ({ id, name }) => <Link to={`/docks/${id}`}>{name}</Link> },
    { key: 'department', title: t('department'), render: ({ departmentId }) => <DepartmentName id={departmentId} /> },
    { key: 'tokens', title: t('tokensGood'), render: ({ tokens }) => tokens.filter((token) => isGood(token)).length },
    {
      key: 'used',
      title: t('lastUsed'),
      render: ({ tokens }) => (
        <Moment
          at={tokens
            .map(({ lastUsedAt }) => lastUsedAt ?? '')
            .sort()
            .at(-1)}
        />
      ),
    },
  ];
  const register = (body: { name: string; departmentId: string }, key: string) =>
    answer(api.POST('/docks', { body, headers: idempotent(key) }));
  return (
    <PageFrame
      title={t('docks')}
      lead={t('docksLead')}
      actions={
        permissions['device.manage'] && (
          <Button type="primary" onClick={() => setRegistering(true)}>
            {t('registerDock')}
          </Button>
        )
      }
    >
      <ServerTable<Dock>
        label={t('docks')}
        list={(page) => read('/docks', { params: { query: page } })}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('docksNone')}
      />
      {registering && (
        <FormModal
          title={t('registerDock')}
          send={register}
          onClose={() => setRegistering(false)}
          submit={t('common:save')}
        >
          <Form.Item name="name" label={t('dock')} rules={[{ required: true }]}>
            <Input maxLength={100} autoFocus />
          </Form.Item>
          <Form.Item name="departmentId" label={t('department')} rules={[{ required: true }]}>
            <DepartmentSelect />
          </Form.Item>
        </FormModal>
      )}
    </PageFrame>
  );
}
