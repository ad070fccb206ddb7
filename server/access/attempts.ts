import { type Deps, SYSTEM_CHAIN } from '../deps.ts';
import { Fault } from '../errors.ts';
import { policySet } from '../policy/policy-set.ts';
import { Turns } from './gate.ts';

/**
 * Working state `sign-in-attempts`: wrong passwords for a name, kept for names that do not exist just as for those that do, so
 * that delays and locks tell nothing. Its id is blinded.
 */
export interface AttemptsState {
  failures: number;
  lastAt: string;
  locked: boolean;
}

export const attemptDocuments = { kind: 'sign-in-attempts', sort: 'state' as const, indexes: [] };

/** Wrong passwords that cost no waiting. */
const FREE = 3;
const LOCK = policySet['sign-in.lock'].value;
const FORGET_MS = 24 * 3_600_000;
const FORGET_LOCK_MS = 30 * FORGET_MS;

type Parts = Pick<Deps, 'documents' | 'keys' | 'now'>;

const turns = new Turns(20);

/** The name under which attempts are counted. */
export const attemptsId = ({ keys }: Pick<Deps, 'keys'>, chain: string | undefined, username: string) =>
  keys.blind(SYSTEM_CHAIN, JSON.stringify(['sign-in', chain ?? '', username]));

/** Seconds to wait after so many failures: none for the first, then 1, 2, 4 … 64. */
export const delayAfter = (failures: number) => (failures < FREE ? 0 : 2 ** (failures - FREE));

/**
 * Runs `prove` when the name may be tried now, one at a time for each name, and counts what comes of it: undefined is a failure.
 * `onLock` is told before the lock stands. Throws LOGIN_DELAYED, ACCOUNT_LOCKED, LOGIN_FAILED.
 */
export async function attempt<T>(
  parts: Parts,
  id: string,
  prove: () => Promise<T | undefined>,
  onLock: (failures: number) => Promise<void>,
): Promise<T> {
  return await turns.take(id, async () => {
    const document = await parts.documents.get('sign-in-attempts', id);
    const before = document?.body as unknown as AttemptsState | undefined;
    const now = parts.now();
    refuse(before, now);
    const proved = await prove();
    if (proved !== undefined) {
      if (document) await parts.documents.delete('sign-in-attempts', [id]);
      return proved;
    }
    const failures = (fresh(before, now)?.failures ?? 0) + 1;
    if (failures >= LOCK) await onLock(failures);
    const body = { failures, lastAt: now.toISOString(), locked: failures >= LOCK };
    await parts.documents.save([
      { kind: 'sign-in-attempts', id, chain: SYSTEM_CHAIN, version: (document?.version ?? 0) + 1, body },
    ]);
    throw new Fault('LOGIN_FAILED');
  });
}

/** Takes a lock and its count away. */
export const forgive = ({ documents }: Pick<Deps, 'documents'>, id: string) =>
  documents.delete('sign-in-attempts', [id]);

/** Whether the count is old enough to be forgotten; a lock is not, for a month. */
export const isStale = ({ lastAt, locked }: AttemptsState, now: Date) =>
  now.getTime() - Date.parse(lastAt) > (locked ? FORGET_LOCK_MS : FORGET_MS);

const fresh = (state: AttemptsState | undefined, now: Date) => (state && !isStale(state, now) ? state : undefined);

function refuse(before: AttemptsState | undefined, now: Date): void {
  const state = fresh(before, now);
  if (!state) return;
  if (state.locked) throw new Fault('ACCOUNT_LOCKED');
  const wait = Date.parse(state.lastAt) + delayAfter(state.failures) * 1000 - now.getTime();
  if (wait <= 0) return;
  const seconds = Math.ceil(wait / 1000);
  throw new Fault('LOGIN_DELAYED', { params: { seconds }, headers: { 'Retry-After': String(seconds) } });
}
