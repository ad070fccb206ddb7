import {
  canonicalBase64,
  isName,
  lineOf,
  type Note,
  type NoteKey,
  openNoteKey,
  parseNote,
  readVerifierKey,
  signatureLine,
  signatureTypes,
  signWith,
  verifierText,
  verifyWith,
} from './note.ts';
import { ProofError } from './proof-error.ts';

export { createNoteKeyPem as createLogKeyPem } from './note.ts';

/**
 * Checkpoints of C2SP tlog-checkpoint: the note body `origin\nsize\nbase64(root)\n`, signed with Ed25519 as C2SP signed-note
 * says (type 0x01). One installation has one key; each chain's log is named `<key name>/<chain>`, and that is both
 * the origin and the name on the signature line. `verifier` is for the key's own name; chainVerifier makes a chain's of it.
 */
export type LogKey = NoteKey;

export interface Checkpoint {
  origin: string;
  size: number;
  /** 32 bytes. */
  root: Uint8Array;
}

/** A checkpoint as it stands in its note, whose signatures nobody has looked at. */
export interface ReadCheckpoint extends Checkpoint {
  note: Note;
  /** Whether lines follow the root: nobody can audit what they say. */
  extended: boolean;
}

/** Reads a PKCS#8 PEM. Throws ProofError `LOG_KEY` when it is not Ed25519 or the name cannot stand in a note. */
export const openLogKey = (name: string, pem: string): LogKey => openNoteKey(name, pem, signatureTypes.log);

/** The verifier key of one chain's log: what goes into a package as ledger/log.vkey and what outside tools take. */
export function chainVerifier(verifier: string, chain: string): string {
  const { name, type, publicKey } = readVerifierKey(verifier, signatureTypes.log);
  return verifierText(originOf(name, chain), type, publicKey);
}

/** Signs a chain's size and RFC 6962 root (32 bytes). */
export function signCheckpoint(key: LogKey, chain: string, size: number, root: Uint8Array): string {
  const origin = originOf(key.name, chain);
  if (!Number.isSafeInteger(size) || size < 0 || root.length !== 32)
    throw new ProofError('CHECKPOINT_INVALID', 'no tree');
  const body = `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
  const { id } = readVerifierKey(chainVerifier(key.verifier, chain), signatureTypes.log);
  return `${body}\n${signatureLine(origin, id, signWith(key, body))}`;
}

/** Reads a checkpoint of `chain` signed by the installation whose verifier key this is. Throws as verifyCheckpoint does. */
export function openCheckpoint(note: string, verifier: string, chain: string): Checkpoint {
  return verifyCheckpoint(note, chainVerifier(verifier, chain));
}

/**
 * Reads a checkpoint under its log's own verifier key, whose name is the origin: signed once by it, no extension lines. Lines of other keys
 * are let stand and say nothing (C2SP signed-note); cosignature.ts reads those of witnesses. Throws ProofError `CHECKPOINT_INVALID`,
 * `CHECKPOINT_SIGNATURE` or `VERIFIER_KEY`.
 */
export function verifyCheckpoint(note: string, verifier: string): Checkpoint {
  const { origin, size, root, extended } = verifySigned(note, verifier);
  if (extended) throw new ProofError('CHECKPOINT_INVALID', 'there are extension lines');
  return { origin, size, root };
}

/** The same for logs of others, which may have extension lines. */
export function verifySigned(note: string, verifier: string): ReadCheckpoint {
  const key = readVerifierKey(verifier, signatureTypes.log);
  const read = readCheckpoint(note);
  if (read.origin !== key.name)
    throw new ProofError('CHECKPOINT_SIGNATURE', `signed for ${read.origin}, not ${key.name}`);
  const line = lineOf(read.note, key);
  if (!line || !verifyWith(key, read.note.body, line.signature))
    throw new ProofError('CHECKPOINT_SIGNATURE', 'the signature does not hold');
  return read;
}

/** Reads a checkpoint whoever signed it. Throws ProofError `CHECKPOINT_INVALID`. */
export function readCheckpoint(text: string): ReadCheckpoint {
  const note = parseNote(text);
  const found = /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n((?:[^\n]+\n)*)$/.exec(note.body);
  const [, origin = '', sizeText = '', rootText = '', extensions = ''] = found ?? [];
  const size = Number(sizeText);
  const root = canonicalBase64(rootText);
  if (!found || !root || !Number.isSafeInteger(size)) throw new ProofError('CHECKPOINT_INVALID', 'not a checkpoint');
  return { origin, size, root, note, extended: extensions !== '' };
}

/** The checkpoint with its log's own signature and no other line: the form in which it was signed. Throws as verifyCheckpoint does. */
export function withoutCosignatures(text: string, verifier: string): string {
  const { note } = verifySigned(text, verifier);
  return `${note.body}\n${lineOf(note, readVerifierKey(verifier, signatureTypes.log))?.text}`;
}

function originOf(name: string, chain: string): string {
  const origin = `${name}/${chain}`;
  if (!isName(origin)) throw new ProofError('CHECKPOINT_INVALID', 'a log name has neither spaces nor plus signs');
  return origin;
}
