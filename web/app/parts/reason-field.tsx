import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';

interface Given {
  /** Other words than "reason". */
  label?: string;
  optional?: boolean;
  /** It is what the form is for: more room, with a count. */
  large?: boolean;
  focused?: boolean;
  /** Characters; the service's own limit. */
  longest?: number;
}

/** `reason` of a form: why something is done. It stands in the ledger for good, and its hint says so. */
export function ReasonField({ label, optional, large = false, focused = false, longest = 500 }: Given) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name="reason"
      label={label ?? t('reason')}
      extra={t('reasonHint')}
      rules={optional ? [] : [{ required: true, whitespace: true }]}
    >
      <Input.TextArea rows={large ? 3 : 2} maxLength={longest} showCount={large} autoFocus={focused} />
    </Form.Item>
  );
}
