import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { queryClient, read } from '../api/query.ts';
import { onSession } from '../api/session-signals.ts';

/** How often it is asked whether the viewing goes on, milliseconds; and when the grant is about to end. */
const PULSE_MS = 4000;
const ENDING_MS = 1000;

/** What keeps a viewing from going on for now: it may go on once that is over. */
export type Hindrance = 'session' | 'network' | undefined;

/**
 * A viewing, asked for again and again while it is open, so that its end is known at once, whatever ended it: the end of the grant, a
 * revocation, a suspension. The service closes one that is not read for long, so this keeps no session awake for ever.
 */
export function useViewing(id: string) {
  const query = useQuery({
    ...read('/viewings/{id}', { params: { path: { id } } }),
    staleTime: 0,
    retry: false,
    refetchIntervalInBackground: true,
    refetchInterval: ({ state: { data } }) => {
      if (data?.state !== 'open') return false;
      return Date.parse(data.expiresAt) - Date.now() < 2 * PULSE_MS ? ENDING_MS : PULSE_MS;
    },
  });
  const { data, error, fetchStatus, refetch } = query;
  const open = data?.state === 'open';
  useCloseAtLeaving(id, open);
  // Who signed in again goes on at once.
  useEffect(() => onSession((word) => void (word === 'signed-in' && refetch())), [refetch]);
  const hindrance: Hindrance =
    open && error && problemOf(error).status === 401
      ? 'session'
      : open && (fetchStatus === 'paused' || (error && problemOf(error).code === 'NETWORK'))
        ? 'network'
        : undefined;
  return { query, viewing: data, open, hindrance };
}

const keyOf = (id: string) => read('/viewings/{id}', { params: { path: { id } } }).queryKey;

/** Ends a viewing; the browser sends it also while the page is going. */
export async function closeViewing(id: string): Promise<void> {
  await api.POST('/viewings/{id}/close', { params: { path: { id } }, keepalive: true });
}

/** Who leaves the page has seen enough: the viewing does not stay open behind them. The browser asks before, since another one counts. */
function useCloseAtLeaving(id: string, open: boolean): void {
  const isOpen = useRef(open);
  isOpen.current = open;
  useEffect(() => {
    const close = () => {
      if (isOpen.current)
        void closeViewing(id).then(
          () => queryClient.invalidateQueries(),
          () => undefined,
        );
    };
    addEventListener('pagehide', close);
    return () => {
      removeEventListener('pagehide', close);
      close();
      queryClient.removeQueries({ queryKey: keyOf(id) });
    };
  }, [id]);
  useEffect(() => {
    if (!open) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [open]);
}
