import { readCheckpoint } from './checkpoint.ts';
import {
  lineOf,
  type Note,
  type NoteKey,
  openNoteKey,
  parseNote,
  readVerifierKey,
  signatureLine,
  signatureTypes,
  signWith,
  type VerifierKey,
  verifyWith,
} from './note.ts';
import { ProofError } from './proof-error.ts';

/**
 * Cosignatures of C2SP tlog-cosignature (Ed25519, type 0x04): a witness states that at this time the checkpoint was the largest consistent
 * tree of its log that it had seen.
 */
export type WitnessKey = NoteKey;

export interface Cosignature {
  /** The witness's name. */
  witness: string;
  /** When it signed, by its own clock, in whole seconds. */
  at: Date;
}

/** Reads a PKCS#8 PEM. Throws ProofError `LOG_KEY`. */
export const openWitnessKey = (name: string, pem: string): WitnessKey => openNoteKey(name, pem, signatureTypes.witness);

/** A witness's line under a checkpoint, its newline included; the checkpoint is for the caller to have verified. */
export function cosign(key: WitnessKey, note: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(seconds));
  const { id } = readVerifierKey(key.verifier, signatureTypes.witness);
  const signature = signWith(key, messageOf(readCheckpoint(note).note, seconds));
  return signatureLine(key.name, id, Buffer.concat([stamp, signature]));
}

/**
 * The cosignatures of these witnesses, given by their verifier keys, in that order; those that have not signed are left out. `unknown` counts
 * the lines of anybody else but the log. Throws ProofError `COSIGNATURE` when a line of one of them does not hold, `VERIFIER_KEY`,
 * `CHECKPOINT_INVALID`.
 */
export function readCosignatures(
  text: string,
  log: string,
  witnesses: readonly string[],
): { cosignatures: Cosignature[]; unknown: number } {
  const note = parseNote(text);
  const keys = witnesses.map((verifier) => readVerifierKey(verifier, signatureTypes.witness));
  const known = [...keys, readVerifierKey(log, signatureTypes.log)].map((key) => lineOf(note, key));
  const unknown = note.lines.filter((line) => !known.includes(line)).length;
  const cosignatures = keys.flatMap((key) => cosignatureOf(note, key) ?? []);
  return { cosignatures, unknown };
}

/**
 * A witness's line out of its answer to a checkpoint: signature lines, of which those by other keys are ignored (C2SP tlog-witness). Throws
 * ProofError `COSIGNATURE` when there is none or it does not hold, `CHECKPOINT_INVALID` when the answer is of another form.
 */
export function cosignatureFrom(answer: string, note: string, witness: string): Cosignature & { line: string } {
  const key = readVerifierKey(witness, signatureTypes.witness);
  const { body } = parseNote(note);
  const answered = parseNote(`${body}\n${answer}`);
  const found = cosignatureOf(answered, key);
  const line = lineOf(answered, key)?.text;
  if (answered.body !== body || !found || !line) throw new ProofError('COSIGNATURE', `not cosigned by ${key.name}`);
  return { ...found, line };
}

function cosignatureOf(note: Note, key: VerifierKey): Cosignature | undefined {
  const line = lineOf(note, key);
  if (!line) return undefined;
  const seconds = line.signature.length === 72 ? Number(Buffer.from(line.signature).readBigUInt64BE()) : Number.NaN;
  const at = new Date(seconds * 1000);
  const holds = !Number.isNaN(at.getTime()) && verifyWith(key, messageOf(note, seconds), line.signature.subarray(8));
  if (!holds) throw new ProofError('COSIGNATURE', `the cosignature of ${key.name} does not hold`);
  return { witness: key.name, at };
}

const messageOf = ({ body }: Note, seconds: number): string => `cosignature/v1\ntime ${seconds}\n${body}`;
