import { Form, Input, Radio } from 'antd';
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
      <Form.Item
        name="reason"
        label={t('answerReason')}
        extra={t('common:reasonHint')}
        rules={[{ required: true, whitespace: true }]}
      >
        <Input.TextArea rows={3} maxLength={1000} showCount />
      </Form.Item>
    </>
  );
}
