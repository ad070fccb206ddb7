import { Button, Card, Form } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { type Column, ItemTable } from '../parts/item-table.tsx';
import { Moment } from '../parts/moment.tsx';
import { DepartmentSelect } from '../parts/selects.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import type { Person } from './person.tsx';

type Membership = Person['memberships'][number];

/** In which departments a person is and was. */
export function Memberships({ person }: { person: Person }) {
  const { t } = useWords('people');
  const manages = useSession().permissions['person.manage'];
  const [joining, setJoining] = useState(false);
  const leaving: Column<Membership> = {
    key: 'actions',
    title: t('common:actions'),
    render: ({ id, to, departmentName }) =>
      !to && (
        <ConfirmButton
          word={t('leave')}
          title={t('leaveTitle', { department: departmentName })}
          send={(key) =>
            answer(
              api.POST('/people/{id}/memberships/{membershipId}/end', {
                params: { path: { id: person.id, membershipId: id } },
                body: {},
                headers: idempotent(key),
              }),
            )
          }
        />
      ),
  };
  const columns: Column<Membership>[] = [
    { key: 'department', title: t('department'), render: ({ departmentName }) => departmentName },
    { key: 'from', title: t('from'), render: ({ from }) => <Moment at={from} day /> },
    { key: 'to', title: t('to'), render: ({ to }) => <Moment at={to} day /> },
    ...(manages ? [leaving] : []),
  ];
  return (
    <Card title={t('memberships')} extra={manages && <Button onClick={() => setJoining(true)}>{t('join')}</Button>}>
      <ItemTable<Membership>
        label={t('memberships')}
        items={person.memberships}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t('membershipsNone')}
      />
      {joining && <Join person={person} onClose={() => setJoining(false)} />}
    </Card>
  );
}

function Join({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useWords('people');
  const send = (body: { departmentId: string }, key: string) =>
    answer(
      api.POST('/people/{id}/memberships', { params: { path: { id: person.id } }, body, headers: idempotent(key) }),
    );
  return (
    <FormModal title={t('join')} send={send} onClose={onClose} submit={t('join')}>
      <Form.Item name="departmentId" label={t('department')} rules={[{ required: true }]}>
        <DepartmentSelect />
      </Form.Item>
    </FormModal>
  );
}
