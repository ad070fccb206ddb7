import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { RandomSource } from './entry-key.ts';
import { ProofError } from './proof-error.ts';

/** Signed notes of C2SP signed-note, as far as checkpoints and their cosignatures need them: Ed25519 keys, one line each signature. */

/** Signature types of the specification: by the log itself, and by a witness (C2SP tlog-cosignature). */
export const signatureTypes = { log: 0x01, witness: 0x04 } as const;
export type SignatureType = (typeof signatureTypes)[keyof typeof signatureTypes];

/** A key that signs, under its name. */
export interface NoteKey {
  name: string;
  privateKey: KeyObject;
  /** The public half as a verifier key (vkey). */
  verifier: string;
}

export interface VerifierKey {
  name: string;
  type: SignatureType;
  /** Four bytes: the first of SHA-256(name ‖ newline ‖ type ‖ public key). */
  id: Uint8Array;
  /** 32 bytes (RFC 8032). */
  publicKey: Uint8Array;
}

export interface SignatureLine {
  name: string;
  id: Uint8Array;
  /** What follows the key id. */
  signature: Uint8Array;
  /** The line itself, its newline included. */
  text: string;
}

export interface Note {
  /** The text that is signed, its last newline included. */
  body: string;
  lines: readonly SignatureLine[];
}

/** More is refused; the specification asks for 16 signatures at least. */
const LINES = 100;
/** Longer notes are refused, bytes. */
export const NOTE_LIMIT = 65_535;
// RFC 8410 section 7: everything before the 32 bytes of the seed, and of the public key.
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** A new Ed25519 key, PKCS#8 PEM. */
export function createNoteKeyPem(random: RandomSource): string {
  const der = Buffer.concat([PKCS8_PREFIX, random(32)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs8',
  }) as string;
}

/** Reads a PKCS#8 PEM. Throws ProofError `LOG_KEY` when it is not Ed25519 or the name cannot stand in a note. */
export function openNoteKey(name: string, pem: string, type: SignatureType): NoteKey {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new ProofError('LOG_KEY', 'not an Ed25519 key');
  if (!isName(name)) throw new ProofError('LOG_KEY', 'a key name has neither spaces nor plus signs');
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { name, privateKey, verifier: verifierText(name, type, spki.subarray(SPKI_PREFIX.length)) };
}

/** A name that we give to keys: printable ASCII without spaces and plus signs. Those of others may have any letters. */
export const isName = (name: string): boolean => /^[\x21-\x2a\x2c-\x7e]+$/.test(name);

/** A verifier key as text: name, key id in hex, base64 of type and public key, parted by plus signs. */
export function verifierText(name: string, type: SignatureType, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Uint8Array.of(type), publicKey]).toString('base64');
  return `${name}+${Buffer.from(keyId(name, type, publicKey)).toString('hex')}+${typed}`;
}

/** Reads a verifier key of this type. Throws ProofError `VERIFIER_KEY`. */
export function readVerifierKey(text: string, type: SignatureType): VerifierKey {
  const [, name = '', id, typed = ''] = /^([^\s+\u0085]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text) ?? [];
  const bytes = canonicalBase64(typed);
  const publicKey = bytes?.subarray(1) ?? Buffer.alloc(0);
  const right = bytes?.length === 33 && bytes[0] === type && keyId(name, type, publicKey).toString('hex') === id;
  if (!right) {
    const of = type === signatureTypes.witness ? 'a witness (type 4)' : 'a log (type 1)';
    throw new ProofError('VERIFIER_KEY', `not an Ed25519 verifier key of ${of}`);
  }
  return { name, type, id: keyId(name, type, publicKey), publicKey };
}

/** A signature line over a note, its newline included. */
export const signatureLine = (name: string, id: Uint8Array, signature: Uint8Array): string =>
  `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;

/** Ed25519 over these bytes; deterministic (RFC 8032). */
export const signWith = ({ privateKey }: NoteKey, text: string): Uint8Array =>
  sign(null, Buffer.from(text), privateKey);

/** Whether an Ed25519 signature holds. */
export function verifyWith({ publicKey }: VerifierKey, text: string, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  return signature.length === 64 && verify(null, Buffer.from(text), key, signature);
}

/** Parts a note; no signature is looked at. Throws ProofError `CHECKPOINT_INVALID`. */
export function parseNote(text: string): Note {
  const parted = text.lastIndexOf('\n\n');
  const tail = text.slice(parted + 2);
  const broken = parted < 1 || tail === '' || !tail.endsWith('\n') || Buffer.byteLength(text) > NOTE_LIMIT;
  if (broken || /[\u0000-\u0009\u000b-\u001f]/.test(text) || !text.isWellFormed()) {
    throw new ProofError('CHECKPOINT_INVALID', 'not a signed note');
  }
  const lines = tail.slice(0, -1).split('\n');
  if (lines.length > LINES) throw new ProofError('CHECKPOINT_INVALID', `more than ${LINES} signatures`);
  return { body: text.slice(0, parted + 1), lines: lines.map(parseLine) };
}

/**
 * The one line of a note that this key made, by name and key id; undefined when there is none. Whether it holds is not looked at. Throws
 * ProofError `CHECKPOINT_SIGNATURE` when there are two.
 */
export function lineOf({ lines }: Note, { name, id }: VerifierKey): SignatureLine | undefined {
  const [line, more] = lines.filter((each) => each.name === name && Buffer.compare(each.id, id) === 0);
  if (more) throw new ProofError('CHECKPOINT_SIGNATURE', `two signatures of ${name}`);
  return line;
}

/** Bytes of standard base64 in its one form; undefined for any other. */
export function canonicalBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
}

function parseLine(text: string): SignatureLine {
  const [, name = '', value = ''] = /^— ([^\s+\u0085]+) ([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const bytes = canonicalBase64(value);
  if (!bytes || bytes.length < 5) throw new ProofError('CHECKPOINT_INVALID', 'not a signature line');
  return { name, id: bytes.subarray(0, 4), signature: bytes.subarray(4), text: `${text}\n` };
}

const keyId = (name: string, type: SignatureType, publicKey: Uint8Array): Buffer =>
  createHash('sha256').update(`${name}\n`).update(Uint8Array.of(type)).update(publicKey).digest().subarray(0, 4);
