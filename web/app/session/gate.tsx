import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { queryClient } from '../api/query.ts';
import { signedIn } from '../api/session-signals.ts';
import { Loading } from '../parts/loading.tsx';
import { ProblemAlert } from '../parts/problem-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { Door } from './door.tsx';
import { PasswordForm } from './password-form.tsx';
import { knowSession, type Session, sessionQuery } from './session.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Loaded once somebody is in: the log-in needs little of it. */
const Inside = lazy(() => import('./inside.tsx'));

/** The pages for who is signed in, at the address that was asked for; else the log-in, which leaves the address as it is. */
export function Gate() {
  const { t } = useWords('session');
  const {
    data: session,
    error,
    refetch,
  } = useQuery(sessionQuery as never as { queryKey: string[]; queryFn: () => Promise<Session | null> });
  if (error) {
    return (
      <Door title={t('signInTitle')} lead={t('signInLead')}>
        <ProblemAlert problem={error} onRetry={refetch} />
      </Door>
    );
  }
  if (session === undefined) return <Loading />;
  if (session === null) {
    const enter = (entered: Session) => {
      knowSession(entered);
      signedIn();
    };
    return (
      <Door title={t('signInTitle')} lead={t('signInLead')}>
        <SignInForm onDone={enter} />
      </Door>
    );
  }
  if (session.mustChangePassword) {
    return (
      <Door title={t('changeTitle')} lead={t('changeLead')}>
        <PasswordForm username={session.username} onDone={() => queryClient.invalidateQueries()} />
      </Door>
    );
  }
  return (
    <Suspense fallback={<Loading />}>
      <Inside session={session} />
    </Suspense>
  );
}
