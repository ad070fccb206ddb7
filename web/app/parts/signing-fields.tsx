import type { UseQueryResult } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { Problem } from '../api/problem.ts';
import { Loading } from './loading.tsx';
import { ProblemAlert } from './problem-alert.tsx';

/** What is to be signed, as the service states it, and the digest by which a signature names it. */
type Statement = UseQueryResult<{ statement: string; sha256: string }>;

/** The exact bytes that are signed, and the password that signs them: fields of a form whose `password` is sent. */
export function SigningFields({ statement: { data, error, refetch } }: { statement: Statement }) {
  const { t } = useTranslation();
  return (
    <>
      {error && <ProblemAlert problem={error} onRetry={refetch} />}
      {!data && !error && <Loading rows={3} />}
      {data && (
        <>
          <h3>{t('statement')}</h3>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard (WCAG 2.1.1) */}
          <pre className="bytes" tabIndex={0}>
            {JSON.stringify(JSON.parse(data.statement), undefined, 2)}
          </pre>
        </>
      )}
      <Form.Item name="password" label={t('password')} rules={[{ required: true }]}>
        <Input.Password autoComplete="current-password" maxLength={200} />
      </Form.Item>
    </>
  );
}

/** Where what was shown is not what stands there now, it is shown anew; the refusal is told all the same. */
export const shownAnew =
  ({ refetch }: Statement) =>
  (problem: unknown): never => {
    if (problem instanceof Problem && problem.code === 'STATEMENT_CHANGED') void refetch();
    throw problem;
  };
