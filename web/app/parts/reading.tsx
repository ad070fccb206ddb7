import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loading } from './loading.tsx';
import { PageFrame } from './page-frame.tsx';
import { ProblemAlert } from './problem-alert.tsx';

interface Given<T> {
  query: UseQueryResult<T>;
  /** What the page is called until its thing is there. */
  title: string;
  above?: readonly { title: string; to: string }[];
  children: (thing: T) => ReactNode;
}

/** The page of one thing: on its way, failed with what to do, or there. */
export function Reading<T>({ query: { data, error, refetch }, title, above, children }: Given<T>) {
  if (data !== undefined) return children(data);
  if (!error) return <Loading />;
  return (
    <PageFrame title={title} {...(above && { above })}>
      <ProblemAlert problem={error} onRetry={refetch} />
    </PageFrame>
  );
}
