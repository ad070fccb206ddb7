import { Button, Card, Form, Modal, Table } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { useSubmission } from '../api/query.ts';
import { Moment } from '../parts/moment.tsx';
import { DepartmentSelect } from '../parts/selects.tsx';
import { ServerForm } from '../parts/server-form.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import type { Person } from './person.tsx';

/** In which departments a person is and was. */
export function Memberships({ person }: { person: Person }) {
  const { t } = useWords('people');
  const manages = useSession().permissions['person.manage'];
  const [joining, setJoining] = useState(false);
  const leave = useSubmission({
    send: (membershipId: string) =>
      answer(
        api.POST('/people/{id}/memberships/{membershipId}/end', {
          params: { path: { id: person.id, membershipId } },
          body: {},
        }),
      ),
  });
  return (
    <Card title={t('memberships')} extra={manages && <Button onClick={() => setJoining(true)}>{t('join')}</Button>}>
      <Table
        rowKey="id"
        size="small"
        pagination={false}
        dataSource={person.memberships}
        locale={{ emptyText: t('membershipsNone') }}
        scroll={{ x: 'max-content' }}
        columns={[
          { title: t('department'), render: (_, { departmentName }) => departmentName },
          { title: t('from'), render: (_, { from }) => <Moment at={from} day /> },
          { title: t('to'), render: (_, { to }) => <Moment at={to} day /> },
          ...(manages
            ? [
                {
                  title: t('common:actions'),
                  render: (_: unknown, { id, to }: Person['memberships'][number]) =>
                    !to && (
                      <Button type="link" size="small" loading={leave.isPending} onClick={() => leave.mutate(id)}>
                        {t('leave')}
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
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
    <Modal open title={t('join')} onCancel={onClose} footer={null}>
      <ServerForm send={send} onDone={onClose} onCancel={onClose} submit={t('join')}>
        <Form.Item name="departmentId" label={t('department')} rules={[{ required: true }]}>
          <DepartmentSelect />
        </Form.Item>
      </ServerForm>
    </Modal>
  );
}
