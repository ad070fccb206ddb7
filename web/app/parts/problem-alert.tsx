import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { problemOf } from '../api/problem.ts';

interface Given {
  problem: unknown;
  onRetry?: (() => void) | undefined;
}

const own = {
  NETWORK: ['problemNetwork', 'problemNetworkDetail'],
  PAGE: ['problemPage', 'problemPageDetail'],
} as const;

/** What went wrong and what to do: in the service's words, or in ours where it said none. */
export function useProblemText(): (problem: unknown) => { title: string; detail: string } {
  const { t } = useTranslation();
  return (error) => {
    const { code, title, detail } = problemOf(error);
    const words = own[code as keyof typeof own];
    return words ? { title: t(words[0]), detail: t(words[1]) } : { title: title || t('problemPage'), detail };
  };
}

/** What went wrong and what to do, with faults of fields and the way to try again. */
export function ProblemAlert({ problem: error, onRetry }: Given) {
  const { t } = useTranslation();
  const problem = problemOf(error);
  const { title, detail } = useProblemText()(problem);
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
