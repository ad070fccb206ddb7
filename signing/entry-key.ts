import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { canonicalBytes, parseCanonical } from './canonical.ts';
import { ProofError } from './proof-error.ts';

/** Gives `size` unpredictable bytes. */
export type RandomSource = (size: number) => Uint8Array;

/** A personal field as it stands in an entry: base64url of iv (12) ‖ ciphertext ‖ tag (16), AES-256-GCM (NIST SP 800-38D). */
export type SealedField = { enc: string };

/** Where a field stands; bound into its ciphertext, so that none can be moved. `pointer` is RFC 6901, into the event's data. */
export interface FieldPlace {
  chain: string;
  stream: string;
  version: number;
  event: number;
  pointer: string;
}

const IV = 12;
const TAG = 16;

/** The key of one entry: HKDF-SHA256 (RFC 5869) of its stream's key. Handing it out opens that entry and no other. 32 bytes. */
export function entryKey(streamKey: Uint8Array, version: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', streamKey, '', `tiezheng entry key v1/${version}`, 32));
}

/** What an entry says of its key: SHA-256, hex. */
export const keyCommitment = (key: Uint8Array): string => createHash('sha256').update(key).digest('hex');

/** Encrypts the canonical bytes of a field's value. Throws what `canonicalBytes` throws. */
export function sealField(
  key: Uint8Array,
  place: FieldPlace,
  value: unknown,
  random: RandomSource = randomBytes,
): SealedField {
  return { enc: Buffer.from(encrypt(key, canonicalBytes(value), aadOf(place), random)).toString('base64url') };
}

/** Decrypts a field. Throws ProofError `FIELD_CLOSED` for another key or place, or a changed byte. */
export function openField(key: Uint8Array, place: FieldPlace, field: unknown): unknown {
  if (!isSealedField(field)) throw new ProofError('FIELD_CLOSED', 'not an encrypted field');
  const bytes = Buffer.from(field.enc, 'base64url');
  if (bytes.toString('base64url') !== field.enc) throw new ProofError('FIELD_CLOSED', 'not base64url (RFC 4648)');
  return parseCanonical(decrypt(key, bytes, aadOf(place), 'FIELD_CLOSED'));
}

/** Whether a value has the form of an encrypted field: exactly `{"enc": text}`. */
export function isSealedField(value: unknown): value is SealedField {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return names.length === 1 && names[0] === 'enc' && typeof (value as SealedField).enc === 'string';
}

/** Encrypts a key under a 32-byte master key, bound to `name`: iv ‖ ciphertext ‖ tag. */
export function wrapKey(
  master: Uint8Array,
  key: Uint8Array,
  name: string,
  random: RandomSource = randomBytes,
): Uint8Array {
  return encrypt(master, key, Buffer.from(name), random);
}

/** Opens what `wrapKey` made. Throws ProofError `KEY_CLOSED` for another master key or name, or a changed byte. */
export function unwrapKey(master: Uint8Array, wrapped: Uint8Array, name: string): Uint8Array {
  return decrypt(master, wrapped, Buffer.from(name), 'KEY_CLOSED');
}

function aadOf({ chain, stream, version, event, pointer }: FieldPlace): Uint8Array {
  return canonicalBytes([chain, stream, version, event, pointer]);
}

function encrypt(key: Uint8Array, plain: Uint8Array, aad: Uint8Array, random: RandomSource): Uint8Array {
  const iv = random(IV);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG }).setAAD(aad);
  const body = cipher.update(plain);
  return Buffer.concat([iv, body, cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Uint8Array, bytes: Uint8Array, aad: Uint8Array, code: string): Uint8Array {
  if (bytes.length < IV + TAG) throw new ProofError(code, 'too short to be a ciphertext');
  const at = bytes.length - TAG;
  const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG });
  cipher.setAAD(aad).setAuthTag(bytes.subarray(at));
  try {
    return Buffer.concat([cipher.update(bytes.subarray(IV, at)), cipher.final()]);
  } catch (cause) {
    throw new ProofError(code, 'wrong key, wrong place, or changed bytes', { cause });
  }
}
