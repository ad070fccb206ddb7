import { canonicalBase64, NOTE_LIMIT } from './note.ts';
import { ProofError } from './proof-error.ts';

/** What a log sends to a witness (C2SP tlog-witness, add-checkpoint). */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness cosigned last, 0 when there is none. */
  old: number;
  /** RFC 6962 consistency proof from `old`, 32 bytes each. */
  proof: readonly Uint8Array[];
  /** The checkpoint, a signed note. */
  note: string;
}

/** No proof is longer (C2SP tlog-witness). */
const PROOF_LINES = 63;
/** Larger requests are refused, bytes. */
export const ADD_CHECKPOINT_LIMIT = NOTE_LIMIT + (PROOF_LINES + 1) * 45;

/** The body of the request, UTF-8: `old`, the proof a hash a line in Base64, an empty line, the note. */
export function formatAddCheckpoint({ old, proof, note }: AddCheckpoint): string {
  return `old ${old}\n${proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')}\n${note}`;
}

/** Reads the one form that `formatAddCheckpoint` writes; the checkpoint is not looked at. Throws ProofError `ADD_CHECKPOINT`. */
export function parseAddCheckpoint(text: string): AddCheckpoint {
  const [head = '', oldText = '', lines = ''] =
    /^old (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})\n/.exec(text) ?? [];
  const old = Number(oldText);
  const proof = lines
    .split('\n')
    .slice(0, -1)
    .map((line) => canonicalBase64(line));
  if (head === '' || !Number.isSafeInteger(old) || !proof.every((hash) => hash !== undefined))
    throw new ProofError('ADD_CHECKPOINT', 'not a request of add-checkpoint');
  return { old, proof, note: text.slice(head.length) };
}
