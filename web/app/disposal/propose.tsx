import '../archive/archive.css';

import { Alert, Form, Input } from 'antd';
import { answer, api, idempotent } from '../api/client.ts';
import { bytes } from '../parts/bytes.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { useWords } from '../words/use-words.ts';
import type { DisposalList, DueRecord } from './kinds.ts';

interface Given {
  records: readonly DueRecord[];
  departmentId: string;
  onClose: () => void;
  /** Is told the id of the list. */
  onDone: (id: string) => void;
}

/** How many are named one by one. */
const NAMED = 10;

/** Puts the chosen records on a list, which an approver of their department answers. */
export function Propose({ records, departmentId, onClose, onDone }: Given) {
  const { t } = useWords('disposal');
  const size = records.reduce((sum, record) => sum + record.size, 0);
  const send = ({ basis }: { basis: string }, key: string) => {
    const body = { departmentId, basis, recordIds: records.map(({ id }) => id) };
    return answer(api.POST('/disposals', { body, headers: idempotent(key) }));
  };
  return (
    <FormModal<{ basis: string }, DisposalList>
      title={t('propose')}
      send={send}
      onDone={({ id }) => onDone(id)}
      onClose={onClose}
      submit={t('proposeSubmit')}
      initial={{ basis: t('basisUsual') }}
    >
      <p>{t('proposeLead', { count: records.length, size: bytes(size) })}</p>
      <ul>
        {records.slice(0, NAMED).map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
        {records.length > NAMED && <li>{t('more', { count: records.length })}</li>}
      </ul>
      <Alert className="hints" type="warning" showIcon title={t('final')} />
      <Form.Item name="basis" label={t('basis')} extra={t('basisHint')} rules={[{ required: true, whitespace: true }]}>
        <Input.TextArea rows={3} maxLength={1000} showCount />
      </Form.Item>
    </FormModal>
  );
}
