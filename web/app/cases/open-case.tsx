import { Form, Input, Select } from 'antd';
import { answer, api, idempotent } from '../api/client.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { DepartmentSelect } from '../parts/selects.tsx';
import { useSession } from '../session/session.ts';
import { SubjectSelect } from '../subjects/subject-select.tsx';
import { useWords } from '../words/use-words.ts';
import { type CaseItem, caseKinds } from './kinds.ts';

interface Typed {
  kind: CaseItem['kind'];
  cause: string;
  caseNo?: string;
  departmentId?: string;
  subjectId?: string;
}

/** Opens a case, with its officer as the one who leads it. `onDone` is told its id. */
export function OpenCase({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }) {
  const { t } = useWords('cases');
  const { departments, id } = useSession();
  const send = ({ subjectId, caseNo, ...typed }: Typed, key: string) =>
    answer(
      api.POST('/cases', {
        body: {
          ...typed,
          ...(caseNo && { caseNo }),
          subjects: subjectId ? [{ subjectId, role: 'party' }] : [],
          team: [{ personId: id, role: 'lead' }],
        },
        headers: idempotent(key),
      }),
    );
  return (
    <FormModal<Typed, { id: string }>
      title={t('open')}
      send={send}
      onClose={onClose}
      onDone={(made) => onDone(made.id)}
      submit={t('open')}
      name="cases.open"
      initial={{ kind: 'penalty', departmentId: departments[0]?.id }}
    >
      <Form.Item name="kind" label={t('kind')} rules={[{ required: true }]}>
        <Select options={caseKinds.map((value) => ({ value, label: t(`kind_${value}`) }))} />
      </Form.Item>
      <Form.Item name="cause" label={t('cause')} rules={[{ required: true, whitespace: true }]}>
        <Input maxLength={500} autoFocus />
      </Form.Item>
      <Form.Item name="caseNo" label={t('caseNo')} extra={t('caseNoHint')}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      {departments.length > 1 && (
        <Form.Item name="departmentId" label={t('department')} rules={[{ required: true }]}>
          <DepartmentSelect among={departments.map((department) => department.id)} />
        </Form.Item>
      )}
      <Form.Item name="subjectId" label={t('subjects')}>
        <SubjectSelect />
      </Form.Item>
    </FormModal>
  );
}
