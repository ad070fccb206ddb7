import '../archive/archive.css';

import { Alert, Form, Input, Radio } from 'antd';
import { answer, api, idempotent } from '../api/client.ts';
import { bytes } from '../parts/bytes.ts';
import { FormModal } from '../parts/form-modal.tsx';
import { PersonName } from '../parts/names.tsx';
import { useWords } from '../words/use-words.ts';
import type { DisposalList, ListItem } from './kinds.ts';

interface Typed {
  decision: 'approve' | 'refuse';
  reason: string;
}

/** The answer of the second person. Nothing is chosen beforehand: what is approved cannot be undone. */
export function AnswerDisposal({ list, onClose }: { list: ListItem | DisposalList; onClose: () => void }) {
  const { t } = useWords('disposal');
  const { id, count, size, basis, proposedBy } = list;
  const send = (body: Typed, key: string) =>
    answer(api.POST('/disposals/{id}/answer', { params: { path: { id } }, body, headers: idempotent(key) }));
  return (
    <FormModal<Typed, DisposalList>
      title={t('answer')}
      send={send}
      onDone={onClose}
      onClose={onClose}
      submit={t('answerSubmit')}
    >
      <p>
        {basis}
        <br />
        <span className="less">
          <PersonName id={proposedBy} /> · {t('countSize', { count, size: bytes(size) })}
        </span>
      </p>
      <Alert className="hints" type="warning" showIcon title={t('final')} />
      <Form.Item name="decision" label={t('decision')} rules={[{ required: true }]}>
        <Radio.Group
          options={[
            { value: 'approve', label: t('approve') },
            { value: 'refuse', label: t('refuse') },
          ]}
        />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('answerReason')}
        extra={t('common:reasonHint')}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input.TextArea rows={3} maxLength={1000} showCount />
      </Form.Item>
    </FormModal>
  );
}
