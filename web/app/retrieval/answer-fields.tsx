import { Form, Radio } from 'antd';
import { ReasonField } from '../parts/reason-field.tsx';
import { useWords } from '../words/use-words.ts';

export interface TypedAnswer {
  decision: 'approve' | 'refuse';
  reason: string;
}

/** What is decided, and in what words: the fields `decision` and `reason`. */
export function AnswerFields() {
  const { t } = useWords('retrieval');
  return (
    <>
      <Form.Item name="decision" label={t('decision')} rules={[{ required: true }]}>
        <Radio.Group
          options={[
            { value: 'approve', label: t('approve') },
            { value: 'refuse', label: t('refuse') },
          ]}
        />
      </Form.Item>
      <ReasonField label={t('answerReason')} large longest={1000} />
    </>
  );
}
