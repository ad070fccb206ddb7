import { Checkbox, Descriptions, Form, Modal } from 'antd';
import { useState } from 'react';
import { answer, api, idempotent } from '../api/client.ts';
import { Copyable } from '../parts/copyable.tsx';
import { FormModal } from '../parts/form-modal.tsx';
import { ReasonField } from '../parts/reason-field.tsx';
import { useWords } from '../words/use-words.ts';
import type { Subject } from './kinds.ts';

const fields = ['idNumber', 'phone', 'address', 'email'] as const;
type Field = (typeof fields)[number];
type Plain = Partial<Record<Field, string>>;

/** Shows in clear what is masked, for a reason that stands in the ledger; gone when it is closed. */
export function Reveal({ subject, onClose }: { subject: Subject; onClose: () => void }) {
  const { t } = useWords('subjects');
  const [plain, setPlain] = useState<Plain>();
  const there = fields.filter((field) => (field === 'idNumber' ? subject.idNumber : subject.contacts[field]));
  const send = (body: { fields: Field[]; reason: string }, key: string) =>
    answer(api.POST('/subjects/{id}/reveal', { params: { path: { id: subject.id } }, body, headers: idempotent(key) }));
  if (plain) {
    return (
      <Modal open title={t('revealTitle')} onCancel={onClose} footer={null}>
        <Descriptions
          bordered
          column={1}
          size="small"
          items={there
            .filter((field) => plain[field])
            .map((field) => ({ key: field, label: t(field), children: <Copyable text={plain[field] ?? ''} /> }))}
        />
      </Modal>
    );
  }
  return (
    <FormModal<{ fields: Field[]; reason: string }, Plain>
      title={t('revealTitle')}
      send={send}
      onDone={setPlain}
      onClose={onClose}
      submit={t('reveal')}
      initial={{ fields: [...there] }}
    >
      <p>{t('revealLead')}</p>
      <Form.Item name="fields" label={t('revealFields')} rules={[{ required: true }]}>
        <Checkbox.Group options={there.map((value) => ({ value, label: t(value) }))} />
      </Form.Item>
      <ReasonField />
    </FormModal>
  );
}
