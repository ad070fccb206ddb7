import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { queryClient, read } from '../api/query.ts';
import { onSession } from '../api/session-signals.ts';

/** How often it is asked whether the viewing goes on, milliseconds; and when the grant is about to end. */
const PULSE_MS = 4000;
const ENDING_MS = 1000;

/**
 * What keeps a viewing from going on for now: it may go on once that is over. `unknown`: without the network the grant came to its end by
 * this machine's clock, so that what was read in advance is not shown any more.
 */
export type Hindrance = 'session' | 'network' | 'unknown' | undefined;

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
  const { data } = query;
  const open = data?.state === 'open';
  useCloseAtLeaving(id, open);
  const over = usePassed(data?.expiresAt);
  const hindrance = open ? hindranceOf(query, over) : undefined;
  return { query, viewing: data, open, hindrance };
}

function hindranceOf({ error, fetchStatus }: Pick<UseQueryResult, 'error' | 'fetchStatus'>, over: boolean): Hindrance {
  const problem = error && problemOf(error);
  if (problem?.status === 401) return 'session';
  if (fetchStatus !== 'paused' && problem?.code !== 'NETWORK') return undefined;
  return over ? 'unknown' : 'network';
}

/** Whether an instant (RFC 3339) has passed, by this machine's clock. */
function usePassed(instant: string | undefined): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    if (!instant) return;
    setPassed(false);
    const timer = setTimeout(() => setPassed(true), Date.parse(instant) - Date.now());
    return () => clearTimeout(timer);
  }, [instant]);
  return passed;
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
    const free = () => removeEventListener('beforeunload', ask);
    addEventListener('beforeunload', ask);
    // Who signs out has been asked nothing and loses nothing more.
    const unsubscribe = onSession((word) => word === 'signed-out' && free());
    return () => {
      unsubscribe();
      free();
    };
  }, [open]);
}
