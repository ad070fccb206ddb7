import { Form, Input } from 'antd';
import { answer, api, ifMatch } from '../api/client.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { DepartmentSelect } from '../parts/selects.tsx';
import { useWords } from '../words/use-words.ts';
import type { OneCase } from './kinds.ts';

interface Typed {
  cause: string;
  caseNo?: string;
  departmentId: string;
  reason: string;
}

/** Corrects a case or gives it its number, of the version that was shown. */
export function EditCase({ file, onClose }: { file: OneCase; onClose: () => void }) {
  const { t } = useWords('cases');
  const { cause, caseNo, departmentId } = file;
  const send = ({ caseNo, ...typed }: Typed) =>
    answer(
      api.PATCH('/cases/{id}', {
        params: { path: { id: file.id } },
        body: { ...typed, ...(caseNo && { caseNo }) },
        headers: ifMatch(file),
      }),
    );
  return (
    <FormModal<Typed, unknown>
      title={t('editTitle')}
      send={send}
      onClose={onClose}
      submit={t('common:save')}
      initial={{ cause, caseNo, departmentId }}
    >
      <Form.Item name="cause" label={t('cause')} rules={[{ required: true, whitespace: true }]}>
        <Input maxLength={500} autoFocus />
      </Form.Item>
      <Form.Item name="caseNo" label={t('caseNo')} extra={t('caseNoHint')}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name="departmentId" label={t('department')}>
        <DepartmentSelect />
      </Form.Item>
      <ReasonField />
    </FormModal>
  );
}
