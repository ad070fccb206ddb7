import { leafHash } from './chain.ts';
import type { Findings } from './checklist.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { ProofError } from './proof-error.ts';
import { parseTlogProof } from './tlog-proof.ts';
import { verifyInclusion } from './tree-proof.ts';

/** A checkpoint of a package or receipt, and what it is worth. */
export interface SignedLog extends Checkpoint {
  /** The signed note. */
  note: string;
  /** The key that it holds under. */
  verifier: string;
}

/**
 * Reads a checkpoint under the verifier's own key where there is one, else under the one inside, and says which. The key inside must be the
 * one given. Throws ProofError as verifyCheckpoint does, `LOG_OTHER` for another chain's log, `VERIFIER_OTHER` for another key.
 */
export function openSignedLog(
  note: string,
  { given, inside }: { given: string | undefined; inside: string },
  chain: string | undefined,
  findings: Findings,
): SignedLog {
  const verifier = inside.replace(/\n$/, '');
  if (given !== undefined && given !== verifier)
    throw new ProofError('VERIFIER_OTHER', 'log.vkey is not the key given');
  const checkpoint = verifyCheckpoint(note, verifier);
  if (!checkpoint.origin.endsWith(`/${chain}`))
    throw new ProofError('LOG_OTHER', `of another log: ${checkpoint.origin}`);
  if (given === undefined) {
    findings.note(
      '账本公钥取自包内，请另行取得并用 --vkey 指定 the log key came from inside: get it another way and give it',
    );
  } else findings.note('账本公钥由核验者提供 the log key was given by the verifier');
  return { ...checkpoint, note, verifier };
}

/**
 * Demands that a tlog-proof is of this entry, at its seq, to this very checkpoint. Throws ProofError `TLOG_PROOF`, `PROOF_OTHER` or
 * `INCLUSION`.
 */
export function demandInLog(proof: string, { seq, entry }: { seq: number; entry: Uint8Array }, log: SignedLog): void {
  const { index, path, checkpoint } = parseTlogProof(proof);
  if (checkpoint !== log.note) throw new ProofError('PROOF_OTHER', 'it is to another checkpoint');
  if (index !== seq) throw new ProofError('PROOF_OTHER', `it is of entry ${index}`);
  verifyInclusion(leafHash(entry), index, log.size, log.root, path);
}
