import { sm2, sm3 } from 'sm-crypto-v2';
import { magnitudeOf, parseOne, sequenceOf } from './asn1.ts';
import * as der from './der.ts';
import type { RandomSource } from './entry-key.ts';
import { ProofError } from './proof-error.ts';

/**
 * SM2 signatures with SM3 (GM/T 0003.2, GB/T 32918.2) as keys and devices make them: over the bytes themselves, user id
 * `1234567812345678` (GM/T 0009 section 10), DER `SEQUENCE { r, s }`. The curve is sm-crypto-v2's: OpenSSL by way of node:crypto signs with an
 * empty user id or plain ECDSA, which verifies nowhere else. JavaScript numbers take time that depends on the key: who must fear a neighbour that
 * measures signs in a device.
 */

/** A public key is an uncompressed point: 0x04, x, y; 65 bytes. */
export interface Sm2Key {
  publicKey: Uint8Array;
  /** Big-endian, 32 bytes. */
  secret: Uint8Array;
}

/** The order of the base point (GM/T 0003.5 section 2). */
const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;
const SIZE = 32;

/** Signs bytes. `random` makes the number that is used once. */
export function signSm2(content: Uint8Array, { publicKey, secret }: Sm2Key, random: RandomSource): Uint8Array {
  const nonce = numberFrom(random, ORDER - 1n);
  const point = sm2.getPublicKeyFromPrivateKey(hexOf(nonce));
  const pointPool = [{ k: nonce, x1: BigInt(`0x${point.slice(2, 2 + 2 * SIZE)}`) }];
  const pair = sm2.doSignature(digestOf(content, publicKey), hex(secret), { pointPool });
  const [r, s] = [pair.slice(0, 2 * SIZE), pair.slice(2 * SIZE)].map((half) => der.integer(Buffer.from(half, 'hex')));
  const signature = der.sequence(r as Uint8Array, s as Uint8Array);
  demandSm2(content, signature, publicKey);
  return signature;
}

/** Demands that a signature over bytes holds. Throws ProofError `SM2_MALFORMED` (form, ranges, key) or `SM2_SIGNATURE_INVALID`. */
export function demandSm2(content: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): void {
  const pair = readPair(signature);
  demandPoint(publicKey);
  if (!sm2.doVerifySignature(digestOf(content, publicKey), pair, hex(publicKey)))
    throw new ProofError('SM2_SIGNATURE_INVALID', 'the SM2 signature does not hold');
}

/** A key from its secret number, 32 bytes. Throws ProofError `SM2_KEY` when it is out of range (GM/T 0003.1 section 6.1: 1 to n - 2). */
export function sm2Key(secret: Uint8Array): Sm2Key {
  const value = secret.length === SIZE ? BigInt(`0x${hex(secret)}`) : 0n;
  if (value < 1n || value > ORDER - 2n) throw new ProofError('SM2_KEY', 'not a secret of SM2');
  return { secret, publicKey: Buffer.from(sm2.getPublicKeyFromPrivateKey(hex(secret)), 'hex') };
}

/** A new key. */
export const createSm2Key = (random: RandomSource): Sm2Key =>
  sm2Key(Buffer.from(hexOf(numberFrom(random, ORDER - 2n)), 'hex'));

/** Demands that bytes are an uncompressed point of the curve. Throws ProofError `SM2_MALFORMED`. */
export function demandPoint(publicKey: Uint8Array): void {
  if (publicKey.length !== 1 + 2 * SIZE || publicKey[0] !== 4 || !isOnCurve(publicKey))
    throw new ProofError('SM2_MALFORMED', 'not a public key of SM2');
}

function isOnCurve(publicKey: Uint8Array): boolean {
  try {
    return sm2.verifyPublicKey(hex(publicKey));
  } catch {
    return false;
  }
}

/** GM/T 0003.2 section 6: SM3 of the signer's Z, which holds the user id, the curve and the key, and of the content. */
const digestOf = (content: Uint8Array, publicKey: Uint8Array): Uint8Array =>
  Buffer.from(sm3(Buffer.concat([sm2.getZ(hex(publicKey)), content])), 'hex');

/** r and s, each in 1 to n - 1, from exact DER, as the 128 hexadecimal digits that sm-crypto-v2 takes. */
function readPair(signature: Uint8Array): string {
  try {
    if (signature.length > 72) throw new Error('too long');
    const items = sequenceOf(parseOne(signature));
    const pair = [magnitudeOf(items.next('integer')), magnitudeOf(items.next('integer'))] as const;
    items.end();
    for (const value of pair) {
      const number = BigInt(`0x${hex(value)}`);
      if (number < 1n || number >= ORDER) throw new Error('out of range');
    }
    if (Buffer.compare(der.sequence(...pair.map(der.integer)), signature) !== 0) throw new Error('not DER');
    return pair.map((value) => hex(value).padStart(2 * SIZE, '0')).join('');
  } catch (cause) {
    throw new ProofError('SM2_MALFORMED', 'not an SM2 signature (GM/T 0009 section 7.3)', { cause });
  }
}

/** A number from 1 to `highest`, each as likely. */
function numberFrom(random: RandomSource, highest: bigint): bigint {
  for (;;) {
    const number = BigInt(`0x${hex(random(SIZE))}`);
    if (number >= 1n && number <= highest) return number;
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hexOf = (number: bigint): string => number.toString(16).padStart(2 * SIZE, '0');
