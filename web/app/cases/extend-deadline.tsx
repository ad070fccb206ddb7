import { Form, Input, InputNumber } from 'antd';
import { answer, api, idempotent } from '../api/client.ts';
import { DayField } from '../parts/day-field.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { useSaid, useWords } from '../words/use-words.ts';
import { written } from './due-tag.tsx';
import type { Deadline } from './kinds.ts';

interface Typed {
  value: number;
  basis?: string;
  approvedOn?: string;
  reason: string;
}

interface Given {
  caseId: string;
  deadline: Deadline;
  onClose: () => void;
}

/** Gives a deadline more time: by its own rule, or by another that is named. */
export function ExtendDeadline({ caseId, deadline, onClose }: Given) {
  const { t } = useWords('cases');
  const said = useSaid();
  const { id, label, extension, unit, due } = deadline;
  const send = ({ basis, approvedOn, ...typed }: Typed, key: string) =>
    answer(
      api.POST('/cases/{id}/deadlines/{part}/extend', {
        params: { path: { id: caseId, part: id } },
        body: { ...typed, ...(basis && { basis }), ...(approvedOn && { approvedOn }) },
        headers: idempotent(key),
      }),
    );
  return (
    <FormModal<Typed, unknown>
      title={t('extendTitle', { name: said(label) })}
      send={send}
      onClose={onClose}
      submit={t('extend')}
      {...(extension && { initial: { value: extension.value } })}
    >
      <Form.Item name="value" label={t(`extendBy_${unit}`)} rules={[{ required: true }]}>
        <InputNumber min={1} max={365} precision={0} autoFocus />
      </Form.Item>
      <Form.Item
        name="basis"
        label={t('basis')}
        extra={extension ? t('basisOwn', extension) : t('basisOther')}
        rules={[{ required: !extension, whitespace: true }]}
      >
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="approvedOn" label={t('approvedOn')} extra={t('approvedOnHint', { day: written(due) })}>
        <DayField />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('common:reason')}
        extra={t('common:reasonHint')}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  );
}
