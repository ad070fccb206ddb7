import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { type Body, queryClient, read } from '../api/query.ts';
import { signedOut } from '../api/session-signals.ts';

export type Session = Body<'/session'>;

/** Who is signed in; null for nobody. */
export const sessionQuery = {
  ...read('/session'),
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await answer(api.GET('/session'));
    } catch (error) {
      if (problemOf(error).status === 401) return null;
      throw error;
    }
  },
} as const;

const KEY = sessionQuery.queryKey;

/** Who is signed in. Only under the Gate, where somebody is. */
export function useSession(): Session {
  const { data } = useSuspenseQuery<Session | null>({
    queryKey: KEY,
    queryFn: sessionQuery.queryFn,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) throw new Error('nobody is signed in');
  return data;
}

export const knowSession = (session: Session | null) => queryClient.setQueryData(KEY, session as never);

/** Ends the session; what was read in it is forgotten. */
export const useSignOut = () =>
  useMutation({
    mutationFn: () => answer(api.DELETE('/session')),
    onSettled: forget,
  });

/** Nobody is signed in any more: nothing that was read or typed stays. */
export function forget(): void {
  sessionStorage.clear();
  signedOut();
  location.assign('/');
}
