import { octetString, oid, sequence, tag, tlv } from '../../signing/der.ts';
import { Buffer } from './buffer.ts';
import { hash } from './hashes.ts';

export interface RsaKey {
  /** Big-endian, without leading zeros. */
  modulus: Uint8Array;
  exponent: Uint8Array;
}

const DIGESTS: Record<string, string> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
};

/** As OpenSSL has it: larger keys only cost time. */
const MODULUS_LIMIT = 2048;
const EXPONENT_LIMIT = 8;

/**
 * RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.2). What the signature gives is compared with the whole encoding that it must be, never parsed:
 * that is how forged signatures with exponent 3 came through elsewhere.
 */
export function rsaHolds(key: RsaKey, digestName: string, data: Uint8Array, signature: Uint8Array): boolean {
  const { modulus, exponent } = key;
  const digestOid = DIGESTS[digestName];
  const bearable = modulus.length <= MODULUS_LIMIT && exponent.length <= EXPONENT_LIMIT;
  if (!digestOid || !bearable || signature.length !== modulus.length) return false;
  const [n, e, s] = [numberOf(modulus), numberOf(exponent), numberOf(signature)];
  if (n % 2n === 0n || e % 2n === 0n || e < 3n || s >= n) return false;
  const info = sequence(sequence(oid(digestOid), tlv(tag.null)), octetString(hash(digestName, data, 'buffer')));
  const filling = modulus.length - info.length - 3;
  if (filling < 8) return false;
  const wanted = Buffer.concat([Uint8Array.of(0, 1), new Uint8Array(filling).fill(0xff), Uint8Array.of(0), info]);
  return power(s, e, n) === numberOf(wanted);
}

const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}
