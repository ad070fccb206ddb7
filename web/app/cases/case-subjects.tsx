import { Button, Card, Form, Select, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { answer, api, idempotent } from '../api/client.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { ReasonModal } from '../parts/reason-modal.tsx';
import { StateTag } from '../parts/state-tag.tsx';
import { useSession } from '../session/session.ts';
import { SubjectSelect } from '../subjects/subject-select.tsx';
import { useWords } from '../words/use-words.ts';
import { type OneCase, subjectRoles } from './kinds.ts';

type Part = OneCase['subjects'][number];
type Typed = { subjectId: string; role: Part['role'] };

/** Whom a case concerns. */
export function CaseSubjects({ file }: { file: OneCase }) {
  const { t } = useWords('cases');
  const writes = useSession().permissions['case.write'] && file.state === 'open';
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Part>();
  const add = (body: Typed, key: string) =>
    answer(api.POST('/cases/{id}/subjects', { params: { path: { id: file.id } }, body, headers: idempotent(key) }));
  return (
    <Card
      title={<h2>{t('subjects')}</h2>}
      extra={writes && <Button onClick={() => setAdding(true)}>{t('subjectAdd')}</Button>}
    >
      {file.subjects.length === 0 && <Typography.Text type="secondary">{t('subjectsNone')}</Typography.Text>}
      <ul className="lines">
        {file.subjects.map((part) => (
          <li key={part.id} className="line">
            <Space size={6} wrap>
              <Link to={`/subjects/${part.subjectId}`}>{part.name || t('unnamed')}</Link>
              <span>{t(`role_${part.role}`)}</span>
              {part.minor && <StateTag tone="waits" word={t('minor')} />}
              {part.ended && <Tag>{t('removed')}</Tag>}
            </Space>
            {writes && !part.ended && (
              <Button size="small" aria-label={`${t('remove')} ${part.name}`} onClick={() => setRemoving(part)}>
                {t('remove')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {adding && (
        <FormModal<Typed, unknown>
          title={t('subjectAdd')}
          send={add}
          onClose={() => setAdding(false)}
          submit={t('subjectAdd')}
          initial={{ role: 'party' }}
        >
          <Form.Item
            name="subjectId"
            label={t('subjects')}
            extra={<Link to="/subjects">{t('subjectNew')}</Link>}
            rules={[{ required: true }]}
          >
            <SubjectSelect autoFocus />
          </Form.Item>
          <Form.Item name="role" label={t('subjectRole')}>
            <Select options={subjectRoles.map((value) => ({ value, label: t(`role_${value}`) }))} />
          </Form.Item>
        </FormModal>
      )}
      {removing && (
        <ReasonModal
          title={`${t('removeTitle')} · ${removing.name || t('unnamed')}`}
          send={(reason, key) =>
            answer(
              api.POST('/cases/{id}/subjects/{part}/end', {
                params: { path: { id: file.id, part: removing.id } },
                body: { reason },
                headers: idempotent(key),
              }),
            )
          }
          onClose={() => setRemoving(undefined)}
          submit={t('remove')}
          danger
        />
      )}
    </Card>
  );
}
