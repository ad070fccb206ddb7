import { leafHash } from './chain.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { ProofError } from './proof-error.ts';
import { verifyInclusion } from './tree-proof.ts';

/** C2SP tlog-proof: that an entry is in a log, as a text that stands by itself. We write no `extra` line and read none. */
export interface TlogProof {
  /** The entry's seq. */
  index: number;
  /** Audit path, lowest first, 32 bytes each. */
  path: readonly Uint8Array[];
  /** The signed note, as it is. */
  checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 leaves has no longer path. */
const LONGEST = 53;

/** The text, UTF-8, every line ended by a newline. */
export function formatTlogProof({ index, path, checkpoint }: TlogProof): string {
  const hashes = path.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
  return `${HEADER}\nindex ${index}\n${hashes}\n${checkpoint}`;
}

/** Reads the one form that `formatTlogProof` writes. Throws ProofError `TLOG_PROOF`. */
export function parseTlogProof(text: string): TlogProof {
  const found = /^c2sp\.org\/tlog-proof@v1\nindex (0|[1-9]\d{0,15})\n((?:[A-Za-z0-9+/]{43}=\n){0,64})\n/.exec(text);
  const [head = '', indexText = '', lines = ''] = found ?? [];
  const index = Number(indexText);
  const path = lines
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'base64'));
  const proof = { index, path, checkpoint: text.slice(head.length) };
  if (!found || !Number.isSafeInteger(index) || path.length > LONGEST || formatTlogProof(proof) !== text) {
    throw new ProofError('TLOG_PROOF', 'not a tlog-proof');
  }
  return proof;
}

/**
 * Verifies that the entry with these exact bytes is at the proof's index under its checkpoint, signed with the log's verifier key.
 * Throws ProofError as parseTlogProof, verifyCheckpoint and verifyInclusion do.
 */
export function verifyTlogProof(
  text: string,
  entry: Uint8Array,
  verifier: string,
): { index: number; checkpoint: Checkpoint; note: string } {
  const { index, path, checkpoint: note } = parseTlogProof(text);
  const checkpoint = verifyCheckpoint(note, verifier);
  verifyInclusion(leafHash(entry), index, checkpoint.size, checkpoint.root, path);
  return { index, checkpoint, note };
}
