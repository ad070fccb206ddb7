import { Form, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import { useTerm } from './term.ts';
import { termsUpTo } from './terms.ts';

interface Given {
  /** Seconds, the most that can be chosen. */
  longest: number;
  mostOften: number;
  /** Seconds that are among the choices in any case. */
  usual?: number;
  longHint?: ReactNode;
  oftenHint?: ReactNode;
}

/** How long and how often: the fields `seconds` and `viewings` of a request or an answer. */
export function TermsFields({ longest, mostOften, usual, longHint, oftenHint }: Given) {
  const { t } = useWords('retrieval');
  const term = useTerm();
  const terms = termsUpTo(longest, ...(usual === undefined ? [] : [usual]));
  return (
    <div className="pair">
      <Form.Item name="seconds" label={t('howLong')} extra={longHint} rules={[{ required: true }]}>
        <Select options={terms.map((value) => ({ value, label: term(value) }))} />
      </Form.Item>
      <Form.Item name="viewings" label={t('howOften')} extra={oftenHint} rules={[{ required: true }]}>
        <InputNumber min={1} max={mostOften} precision={0} style={{ width: '100%' }} />
      </Form.Item>
    </div>
  );
}
