import { ProofError } from '../../signing/proof-error.ts';
import { type Agent, find } from './agent.ts';
import { Refused } from './api.ts';
import { CardFileChanged } from './card-file.ts';
import { ReceiptRefused } from './receipt.ts';
import type { FileRow } from './state.ts';

/** Tries of a file that cannot be read, or that the service refuses. */
const TRIES = 3;
const FIRST_PAUSE_MS = 1000;

/** The service does not know the token, or no longer. */
export const isTokenRefused = (error: unknown): error is Refused =>
  error instanceof Refused && (error.status === 401 || error.status === 403);

/** What went wrong with one file alone: it is read again, tried later, or left as it is. False for what concerns more than this file. */
export function setBack(agent: Agent, file: FileRow, error: unknown): boolean {
  const { state } = agent;
  const note = (error as Error).message;
  if (error instanceof CardFileChanged) {
    state.set(file.id, { state: 'seen', sha256: undefined, lastSeen: agent.now().getTime() });
    return true;
  }
  if (error instanceof ReceiptRefused || error instanceof ProofError) {
    const code = error instanceof ProofError ? 'permit-refused' : 'receipt-refused';
    find(agent, file.card, { code, detail: `${file.shown}: ${note}` });
    state.set(file.id, { state: 'kept', note });
    return true;
  }
  const ofFile = error instanceof Error && 'syscall' in error;
  if (!ofFile && (!(error instanceof Refused) || isTokenRefused(error))) return false;
  tryLater(agent, file, note, ofFile ? 'unreadable' : 'refused');
  return true;
}

function tryLater(agent: Agent, file: FileRow, note: string, code: string): void {
  const { state, now, tell } = agent;
  const tries = file.tries + 1;
  const nextAt = now().getTime() + FIRST_PAUSE_MS * 2 ** file.tries;
  const last = tries >= TRIES;
  state.set(file.id, { tries, note, nextAt, ...(last && { state: 'failed' }) });
  if (last) find(agent, file.card, { code, detail: `${file.shown}: ${note}` });
  tell('failed', { card: file.card, file: file.shown, why: note, tries });
}
