import { Form, Input } from 'antd';
import { answer, api, idempotent } from '../api/client.ts';
import { DayField } from '../parts/day-field.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { useSaid, useWords } from '../words/use-words.ts';
import type { Deadline } from './kinds.ts';

interface Typed {
  on?: string;
  reason: string;
}

interface Given {
  caseId: string;
  deadline: Deadline;
  onClose: () => void;
}

/** Says that what a deadline waits for was done, or that it does not apply, where no stage tells. */
export function EndDeadline({ caseId, deadline: { id, label }, onClose }: Given) {
  const { t } = useWords('cases');
  const said = useSaid();
  const send = ({ on, reason }: Typed, key: string) =>
    answer(
      api.POST('/cases/{id}/deadlines/{part}/end', {
        params: { path: { id: caseId, part: id } },
        body: { reason, ...(on && { on }) },
        headers: idempotent(key),
      }),
    );
  return (
    <FormModal<Typed, unknown>
      title={t('endTitle', { name: said(label) })}
      send={send}
      onClose={onClose}
      submit={t('end')}
    >
      <p>{t('endLead')}</p>
      <Form.Item name="on" label={t('endedOn')} extra={t('endedOnHint')}>
        <DayField />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('endReason')}
        extra={t('common:reasonHint')}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormModal>
  );
}
