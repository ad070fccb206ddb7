import { Button, Form, Input, InputNumber, Modal, Typography } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { Copyable } from '../parts/copyable.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { useWords } from '../words/use-words.ts';

const DAY_MS = 86_400_000;

/** Issues a token and shows it once. It closes by its button only then. */
export function IssueToken({ dockId, onClose }: { dockId: string; onClose: () => void }) {
  const { t } = useWords('devices');
  const [token, setToken] = useState<string>();
  // One end for every try: a repeated request must be the same.
  const [began] = useState(() => Date.now());
  const send = ({ name, days }: { name: string; days: number }, key: string) =>
    answer(
      api.POST('/docks/{id}/tokens', {
        params: { path: { id: dockId } },
        body: { name, expiresAt: new Date(began + days * DAY_MS).toISOString() },
        headers: idempotent(key),
      }),
    );
  if (token) {
    return (
      <Modal
        open
        closable={false}
        keyboard={false}
        mask={{ closable: false }}
        title={t('token')}
        footer={
          <Button type="primary" onClick={onClose}>
            {t('common:close')}
          </Button>
        }
      >
        <Typography.Paragraph>{t('tokenLead')}</Typography.Paragraph>
        <Copyable text={token} code />
      </Modal>
    );
  }
  return (
    <FormModal
      title={t('issue')}
      send={send}
      onDone={(issued) => setToken(issued.token)}
      onClose={onClose}
      submit={t('issue')}
      initial={{ days: 365 }}
    >
      <Form.Item name="name" label={t('tokenName')} extra={t('tokenNameHint')} rules={[{ required: true }]}>
        <Input maxLength={100} autoFocus />
      </Form.Item>
      <Form.Item name="days" label={t('days')} rules={[{ required: true }]}>
        <InputNumber min={1} max={3650} precision={0} />
      </Form.Item>
    </FormModal>
  );
}
