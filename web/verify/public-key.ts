import { ed25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { magnitudeOf, type Node, oidOf, parseOne, sequenceOf, wholeOf } from '../../signing/asn1.ts';
import * as der from '../../signing/der.ts';
import { smOids } from '../../signing/sm2-key.ts';
import { Buffer } from './buffer.ts';
import { hash } from './hashes.ts';
import { type RsaKey, rsaHolds } from './rsa.ts';

const CURVES: Record<string, { name: string; curve: typeof p256 }> = {
  '1.2.840.10045.3.1.7': { name: 'prime256v1', curve: p256 },
  '1.3.132.0.34': { name: 'secp384r1', curve: p384 },
  '1.3.132.0.35': { name: 'secp521r1', curve: p521 },
};

type Holds = (digestName: string | null, data: Uint8Array, signature: Uint8Array) => boolean;

type KeyForm = 'spki' | 'pkcs8';

/**
 * A public key as node:crypto shows it: RSA, Ed25519, or of a NIST curve; one of SM2, which signing/sm2.ts alone verifies under. Others throw, and so
 * their certificates cannot be read.
 */
export class KeyObject {
  readonly type = 'public';
  readonly asymmetricKeyType: 'ec' | 'rsa' | 'ed25519' | 'sm2';
  readonly asymmetricKeyDetails: { namedCurve?: string; modulusLength?: number };
  readonly #spki: Uint8Array;
  readonly #holds: Holds;

  /** @param spki SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), DER. Throws when it is no such thing. */
  constructor(spki: Uint8Array) {
    const { type, details, holds } = readKey(spki);
    this.asymmetricKeyType = type;
    this.asymmetricKeyDetails = details;
    this.#spki = spki;
    this.#holds = holds;
  }

  export(options: { format: 'pem'; type: KeyForm }): string;
  export(options: { format: 'der'; type: KeyForm }): Buffer;
  export({ format, type }: { format: 'pem' | 'der'; type: KeyForm }): string | Buffer {
    if (type !== 'spki') throw new Error('only a public key is here');
    const bytes = Buffer.from(this.#spki);
    if (format === 'der') return bytes;
    const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`;
  }

  /** Whether a signature over `data` holds; what cannot be read does not. */
  holds(digestName: string | null, data: Uint8Array, signature: Uint8Array): boolean {
    try {
      return this.#holds(digestName, data, signature);
    } catch {
      return false;
    }
  }
}

type Read = { type: KeyObject['asymmetricKeyType']; details: KeyObject['asymmetricKeyDetails']; holds: Holds };

function readKey(spki: Uint8Array): Read {
  const items = sequenceOf(parseOne(spki));
  const algorithm = sequenceOf(items.next('sequence'));
  const bits = octetsOf(items.nextAny());
  items.end();
  const id = oidOf(algorithm.next('oid'));
  if (id === '1.2.840.10045.2.1') return ellipticKey(oidOf(algorithm.next('oid')), bits);
  if (id === '1.2.840.113549.1.1.1') return rsaKey(bits);
  if (id !== '1.3.101.112') throw new Error(`a kind of key that is not known here: ${id}`);
  algorithm.end();
  // RFC 8032 section 5.1.7, without the leniency of ZIP 215.
  return {
    type: 'ed25519',
    details: {},
    holds: (_, data, signature) => ed25519.verify(signature, data, bits, { zip215: false }),
  };
}

/** A BIT STRING: the number of unused bits at its end, then its octets. asn1js parses what it finds inside, so it is not asked. */
export function bitsOf(node: Node): Uint8Array {
  const whole = wholeOf(node);
  const first = whole[1] ?? 0;
  if (whole[0] !== der.tag.bitString) throw new Error('no BIT STRING');
  return Uint8Array.from(whole.subarray(first < 0x80 ? 2 : 2 + (first & 0x7f)));
}

/** The octets of a BIT STRING without unused bits. */
export function octetsOf(node: Node): Uint8Array {
  const bits = bitsOf(node);
  if (bits[0] !== 0) throw new Error('a BIT STRING of other than whole octets');
  return bits.subarray(1);
}

function ellipticKey(curveId: string, point: Uint8Array): Read {
  if (curveId === smOids.curve) return { type: 'sm2', details: {}, holds: () => false };
  const known = CURVES[curveId];
  if (!known) throw new Error(`a curve that is not known here: ${curveId}`);
  const holds: Holds = (name, data, signature) =>
    name !== null &&
    known.curve.verify(signature, hash(name, data, 'buffer'), point, { prehash: false, lowS: false, format: 'der' });
  known.curve.Point.fromBytes(point).assertValidity();
  return { type: 'ec', details: { namedCurve: known.name }, holds };
}

function rsaKey(bits: Uint8Array): Read {
  const items = sequenceOf(parseOne(bits));
  const [modulus, exponent] = [magnitudeOf(items.next('integer')), magnitudeOf(items.next('integer'))];
  items.end();
  const key: RsaKey = { modulus, exponent };
  const details = { modulusLength: (modulus.length - 1) * 8 + (modulus[0] ?? 0).toString(2).length };
  return {
    type: 'rsa',
    details,
    holds: (name, data, signature) => name !== null && rsaHolds(key, name, data, signature),
  };
}
