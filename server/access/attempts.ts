import type { Document } from '../../storage/documents/document-store.ts';
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

const KIND = 'sign-in-attempts';
export const attemptDocuments = { kind: KIND, sort: 'state' as const, indexes: [] };

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
 * Runs `prove` when the name may be tried now, one at a time for each name in a process, and counts what comes of it: undefined is a failure.
 * `onLock` is told before the lock stands. Throws LOGIN_DELAYED, ACCOUNT_LOCKED, LOGIN_FAILED.
 */
export async function attempt<T>(
  parts: Parts,
  id: string,
  prove: () => Promise<T | undefined>,
  onLock: (failures: number) => Promise<void>,
): Promise<T> {
  return await turns.take(id, async () => {
    const document = await parts.documents.get(KIND, id);
    refuse(document, parts.now());
    const proved = await prove();
    if (proved === undefined) {
      await countFailure(parts, id, onLock);
      throw new Fault('LOGIN_FAILED');
    }
    if (document) await parts.documents.delete(KIND, [id]);
    return proved;
  });
}

/** Other processes may count at the same time: no failure is lost. */
async function countFailure({ documents, now }: Parts, id: string, onLock: (failures: number) => Promise<void>) {
  for (;;) {
    const at = now();
    const document = await documents.get(KIND, id);
    const failures = (fresh(document, at)?.failures ?? 0) + 1;
    const locked = failures >= LOCK;
    if (locked) await onLock(failures);
    const body = { failures, lastAt: at.toISOString(), locked };
    const version = (document?.version ?? 0) + 1;
    if (await documents.swap({ kind: KIND, id, chain: SYSTEM_CHAIN, version, body }, document?.version)) return;
  }
}

/** Takes a lock and its count away. */
export const forgive = ({ documents }: Pick<Deps, 'documents'>, id: string) => documents.delete(KIND, [id]);

/** Whether the count is old enough to be forgotten; a lock is not, for a month. */
export const isStale = ({ lastAt, locked }: AttemptsState, now: Date) =>
  now.getTime() - Date.parse(lastAt) > (locked ? FORGET_LOCK_MS : FORGET_MS);

function fresh(document: Document | undefined, now: Date): AttemptsState | undefined {
  const state = document?.body as unknown as AttemptsState | undefined;
  return state && !isStale(state, now) ? state : undefined;
}

function refuse(document: Document | undefined, now: Date): void {
  const state = fresh(document, now);
  if (!state) return;
  if (state.locked) throw new Fault('ACCOUNT_LOCKED');
  const wait = Date.parse(state.lastAt) + delayAfter(state.failures) * 1000 - now.getTime();
  if (wait <= 0) return;
  const seconds = Math.ceil(wait / 1000);
  throw new Fault('LOGIN_DELAYED', { params: { seconds }, headers: { 'Retry-After': String(seconds) } });
}
