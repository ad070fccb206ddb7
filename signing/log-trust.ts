import { leafHash } from './chain.ts';
import type { Findings } from './checklist.ts';
import { type Checkpoint, verifyCheckpoint } from './checkpoint.ts';
import { type Cosignature, readCosignatures } from './cosignature.ts';
import { readVerifierKey, signatureTypes } from './note.ts';
import { ProofError } from './proof-error.ts';
import { parseTlogProof } from './tlog-proof.ts';
import { verifyInclusion } from './tree-proof.ts';

/** A checkpoint of a package or receipt, and what it is worth. */
export interface SignedLog extends Checkpoint {
  /** The signed note. */
  note: string;
  /** The key that it holds under. */
  verifier: string;
  /** Of the witnesses that the verifier named. */
  cosignatures: readonly Cosignature[];
}

/** What a checkpoint is opened with. */
export interface LogKeys {
  /** The log's verifier key as the verifier has it. */
  given: string | undefined;
  /** log.vkey. */
  inside: string;
  /** Verifier keys of witnesses that the verifier believes. */
  witnesses: readonly string[];
}

/**
 * Reads a checkpoint under the verifier's own key where there is one, else under the one inside, and says which. The key inside must be the
 * one given. Every witness that the verifier names must have cosigned. Throws ProofError as verifyCheckpoint and readCosignatures do,
 * `LOG_OTHER` for another chain's log, `VERIFIER_OTHER` for another key.
 */
export function openSignedLog(
  note: string,
  { given, inside, witnesses }: LogKeys,
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
  return { ...checkpoint, note, verifier, cosignatures: demandCosigned(note, verifier, witnesses, findings) };
}

/** Whom the checkpoint was shown to: all the witnesses named must be among them, lines of others are only counted. */
export function demandCosigned(
  note: string,
  verifier: string,
  witnesses: readonly string[],
  findings: Findings,
): Cosignature[] {
  for (const vkey of witnesses) {
    const { name } = readVerifierKey(vkey, signatureTypes.witness);
    const [own] = readCosignatures(note, verifier, [vkey]).cosignatures;
    if (own) findings.note(`见证 witnessed by ${name}, ${own.at.toISOString()}`);
    else findings.fault(`未经此见证人联署 not cosigned by ${name}`);
  }
  const { cosignatures, unknown } = readCosignatures(note, verifier, witnesses);
  if (unknown > 0)
    findings.note(`${unknown} 行联署来自未指定的见证人，不计 cosignature lines by unknown witnesses, not counted`);
  return cosignatures;
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
