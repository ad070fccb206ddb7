import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FormModal } from './form-modal.tsx';

interface Given<T> {
  title: string;
  lead?: ReactNode;
  /** What is done, with its reason; `key` is the Idempotency-Key. */
  send: (reason: string, key: string) => Promise<T>;
  onDone?: (answer: T) => void;
  onClose: () => void;
  submit: string;
  danger?: boolean;
  /** The draft is kept under this name. */
  name?: string;
}

/** Asks why before something is done: the reason stands in the ledger. Shown and closed as FormModal is. */
export function ReasonModal<T>({ lead, send, ...given }: Given<T>) {
  const { t } = useTranslation();
  return (
    <FormModal<{ reason: string }, T> {...given} send={({ reason }, key) => send(reason, key)}>
      {lead && <p>{lead}</p>}
      <Form.Item
        name="reason"
        label={t('reason')}
        extra={t('reasonHint')}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input.TextArea rows={3} maxLength={500} showCount autoFocus />
      </Form.Item>
    </FormModal>
  );
}
