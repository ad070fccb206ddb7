import { ProofError } from '../../signing/proof-error.ts';
import { type Agent, find } from './agent.ts';
import { Refused } from './api.ts';
import { CardFileChanged } from './card-file.ts';
import { ReceiptRefused } from './receipt.ts';
import type { FileRow } from './state.ts';

/** Tries of a file that cannot be read, or that the service refuses. */
const TRIES = 3;
const FIRST_PAUSE_MS = 1000;
/** After which what failed or stays on a card is tried again, ms. */
export const LATER_MS = 3_600_000;

/** Somebody else's request is not over yet, as that of an agent that was killed. */
const PASSING: readonly string[] = ['UPLOAD_LOCKED', 'UPLOAD_OFFSET'];

/** The service does not know the token, or no longer. */
export const isTokenRefused = (error: unknown): error is Refused =>
  error instanceof Refused && (error.status === 401 || error.status === 403);

/**
 * What went wrong with one file alone: it is read again, tried later, or left as it is. False for what concerns more than this file; then others come
 * before it the next time, lest one that the service cannot bear holds them up.
 */
export function setBack(agent: Agent, file: FileRow, error: unknown): boolean {
  const { state } = agent;
  const note = (error as Error).message;
  if (error instanceof CardFileChanged) {
    state.set(file.id, { state: 'seen', lastSeen: agent.now().getTime() });
    return true;
  }
  if (error instanceof ReceiptRefused || error instanceof ProofError) {
    const code = error instanceof ProofError ? 'permit-refused' : 'receipt-refused';
    find(agent, file.card, { code, detail: `${file.shown}: ${note}` });
    state.set(file.id, { state: 'kept', note, nextAt: agent.now().getTime() + LATER_MS });
    return true;
  }
  if (error instanceof Refused && PASSING.includes(error.code)) {
    state.set(file.id, { nextAt: agent.now().getTime() + FIRST_PAUSE_MS });
    return true;
  }
  const ofFile = error instanceof Error && 'syscall' in error;
  if (!ofFile && (!(error instanceof Refused) || isTokenRefused(error))) {
    state.set(file.id, { nextAt: agent.now().getTime() });
    return false;
  }
  tryLater(agent, file, note, ofFile ? 'unreadable' : 'refused');
  return true;
}

function tryLater(agent: Agent, file: FileRow, note: string, code: string): void {
  const { state, now, tell } = agent;
  const tries = file.tries + 1;
  const last = tries >= TRIES;
  const nextAt = now().getTime() + (last ? LATER_MS : FIRST_PAUSE_MS * 2 ** file.tries);
  state.set(file.id, { tries, note, nextAt, ...(last && { state: 'failed' }) });
  if (last) find(agent, file.card, { code, detail: `${file.shown}: ${note}` });
  tell('failed', { card: file.card, file: file.shown, why: note, tries });
}
