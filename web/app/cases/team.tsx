import { Button, Card, Form, Select, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { Moment } from '../parts/moment.tsx';
import { PersonSelect } from '../parts/selects.tsx';
import { useSession } from '../session/session.ts';
import { useWords } from '../words/use-words.ts';
import { type OneCase, teamRoles } from './kinds.ts';

type Member = OneCase['team'][number];
type Typed = { personId: string; role: Member['role'] };

/** Who works on a case, now and before. */
export function Team({ file }: { file: OneCase }) {
  const { t } = useWords('cases');
  const writes = useSession().permissions['case.write'] && file.state === 'open';
  const [joining, setJoining] = useState(false);
  const join = (body: Typed, key: string) =>
    answer(api.POST('/cases/{id}/team', { params: { path: { id: file.id } }, body, headers: idempotent(key) }));
  return (
    <Card title={<h2>{t('team')}</h2>} extra={writes && <Button onClick={() => setJoining(true)}>{t('join')}</Button>}>
      {file.team.length === 0 && <Typography.Text type="secondary">{t('teamNone')}</Typography.Text>}
      <ul className="lines">
        {file.team.map((member) => (
          <li key={member.id} className="line">
            <Space size={6} wrap>
              <strong>{member.name}</strong>
              <span>{t(`team_${member.role}`)}</span>
              <Typography.Text type="secondary">
                {t('from')} <Moment at={member.from} day />
              </Typography.Text>
              {member.to && (
                <Tag>
                  {t('left')} <Moment at={member.to} day />
                </Tag>
              )}
            </Space>
            {writes && !member.to && (
              <ConfirmButton
                word={t('leave')}
                label={`${t('leave')} ${member.name}`}
                title={t('leaveTitle', { name: member.name })}
                send={(key) =>
                  answer(
                    api.POST('/cases/{id}/team/{part}/end', {
                      params: { path: { id: file.id, part: member.id } },
                      body: {},
                      headers: idempotent(key),
                    }),
                  )
                }
              />
            )}
          </li>
        ))}
      </ul>
      {joining && (
        <FormModal<Typed, unknown>
          title={t('join')}
          send={join}
          onClose={() => setJoining(false)}
          submit={t('join')}
          initial={{ role: 'member' }}
        >
          <Form.Item name="personId" label={t('person')} rules={[{ required: true }]}>
            <PersonSelect autoFocus />
          </Form.Item>
          <Form.Item name="role" label={t('teamRole')}>
            <Select options={teamRoles.map((value) => ({ value, label: t(`team_${value}`) }))} />
          </Form.Item>
        </FormModal>
      )}
    </Card>
  );
}
