import { Form, Input, InputNumber, Typography } from 'antd';
import { useState } from 'react';
import { Copyable } from '../parts/copyable.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { ShownOnce } from '../parts/shown-once.tsx';
import { useWords } from '../words/use-words.ts';

const DAY_MS = 86_400_000;

interface Given {
  /** Issues it; `key` is the Idempotency-Key. */
  send: (body: { name: string; expiresAt: string }, key: string) => Promise<{ token: string }>;
  /** What to do with it, told where it is shown. */
  lead: string;
  /** An example of what it is for. */
  hint: string;
  /** Days that it can be good for at most. */
  longest: number;
  onClose: () => void;
}

/** Issues a token and shows it once. */
export function IssueToken({ send, lead, hint, longest, onClose }: Given) {
  const { t } = useWords('devices');
  const [token, setToken] = useState<string>();
  // One end for every try: a repeated request must be the same.
  const [began] = useState(() => Date.now());
  if (token) {
    return (
      <ShownOnce title={t('token')} onClose={onClose}>
        <Typography.Paragraph>{lead}</Typography.Paragraph>
        <Copyable text={token} code />
      </ShownOnce>
    );
  }
  return (
    <FormModal
      title={t('issue')}
      send={({ name, days }: { name: string; days: number }, key) =>
        send({ name, expiresAt: new Date(began + days * DAY_MS).toISOString() }, key)
      }
      onDone={(issued) => setToken(issued.token)}
      onClose={onClose}
      submit={t('issue')}
      initial={{ days: Math.min(365, longest) }}
    >
      <Form.Item name="name" label={t('tokenName')} extra={hint} rules={[{ required: true }]}>
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item name="days" label={t('days')} rules={[{ required: true }]}>
        <InputNumber min={1} max={longest} precision={0} />
      </Form.Item>
    </FormModal>
  );
}
