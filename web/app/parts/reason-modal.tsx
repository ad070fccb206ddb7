import { Form, Input, Modal } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ServerForm } from './server-form.tsx';

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

/** Asks why before something is done: the reason stands in the ledger. Shown while it is rendered. */
export function ReasonModal<T>({ title, lead, send, onDone, onClose, submit, danger = false, name }: Given<T>) {
  const { t } = useTranslation();
  const done = (answer: T) => {
    onDone?.(answer);
    onClose();
  };
  return (
    <Modal open title={title} onCancel={onClose} footer={null} destroyOnHidden>
      {lead && <p>{lead}</p>}
      <ServerForm<{ reason: string }, T>
        send={({ reason }, key) => send(reason, key)}
        onDone={done}
        onCancel={onClose}
        submit={submit}
        danger={danger}
        {...(name && { name })}
      >
        <Form.Item
          name="reason"
          label={t('reason')}
          extra={t('reasonHint')}
          rules={[{ required: true, whitespace: true }]}
        >
          <Input.TextArea rows={3} maxLength={500} showCount autoFocus />
        </Form.Item>
      </ServerForm>
    </Modal>
  );
}
