import { useQuery } from '@tanstack/react-query';
import { Form, Input, Typography } from 'antd';
import { useEffect } from 'react';
import { answer, api } from '../api/client.ts';
import { SigningFields } from '../parts/signing-fields.tsx';
import { useSettled } from '../parts/use-settled.ts';
import { useWords } from '../words/use-words.ts';
import { bodyOf, type Typed } from './answer-body.ts';
import type { Grant } from './kinds.ts';

/** How long nothing is typed before what would be signed is asked for, milliseconds. */
const SETTLED_MS = 400;

/** Where the answer is to be signed: the exact bytes, made of what is typed, and the password again. */
export function SignedAnswer({ grant: { id } }: { grant: Grant }) {
  const { t } = useWords('retrieval');
  const form = Form.useFormInstance<Typed>();
  const sign = Form.useWatch('sign', form);
  const typed = Form.useWatch((all: Typed) => JSON.stringify(bodyOf(all)), form);
  const settled = useSettled(typed, SETTLED_MS);
  const written = typed !== undefined && JSON.parse(typed).reason?.trim();
  const statement = useQuery({
    queryKey: ['/grants/{id}/answer/statement', id, settled],
    queryFn: () =>
      answer(api.POST('/grants/{id}/answer/statement', { params: { path: { id } }, body: JSON.parse(settled ?? '') })),
    enabled: sign === true && Boolean(written) && settled === typed,
    gcTime: 0,
  });
  const shown = settled === typed ? statement.data?.sha256 : undefined;
  useEffect(() => form.setFieldValue('statement', shown), [form, shown]);
  if (!sign) return null;
  return (
    <>
      <p>{t('signHint')}</p>
      {written ? (
        <SigningFields statement={statement} />
      ) : (
        <Typography.Text type="secondary">{t('statementFirst')}</Typography.Text>
      )}
      <Form.Item name="statement" hidden rules={[{ required: true, message: t('statementFirst') }]}>
        <Input />
      </Form.Item>
    </>
  );
}
