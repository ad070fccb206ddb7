import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem.ts';

interface Given {
  problem: unknown;
  onRetry?: (() => void) | undefined;
}

/** What went wrong and what to do, in the service's words. */
export function ProblemAlert({ problem: error, onRetry }: Given) {
  const { t } = useTranslation();
  const problem = problemOf(error);
  const own = {
    NETWORK: ['problemNetwork', 'problemNetworkDetail'],
    PAGE: ['problemPage', 'problemPageDetail'],
  } as const;
  const words = own[problem.code as keyof typeof own];
  const title = words ? t(words[0]) : problem.title || t('problemPage');
  const detail = words ? t(words[1]) : problem.detail;
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={title}
      description={
        <>
          <div>{detail}</div>
          {problem.errors.map(({ pointer, detail: fault }) => (
            <div key={pointer + fault}>{fault}</div>
          ))}
          {problem.status >= 500 && problem.requestId && (
            <div>
              {t('requestId')} <code>{problem.requestId}</code>
            </div>
          )}
        </>
      }
      {...(onRetry && { action: <Button onClick={() => onRetry()}>{t('retry')}</Button> })}
    />
  );
}
