import { contentsOf, itemsOf, oidOf, parseOne, sequenceOf, smallOf } from './asn1.ts';
import { ProofError } from './proof-error.ts';
import { type Sm2Key, sm2Key } from './sm2.ts';

/** GB/T 33560: the curve, and SM2 signatures over SM3. */
export const smOids = {
  ecPublicKey: '1.2.840.10045.2.1',
  curve: '1.2.156.10197.1.301',
  sm2WithSm3: '1.2.156.10197.1.501',
} as const;

const PEM_LIMIT = 65_536;
const block = (label: string) =>
  new RegExp(`-----BEGIN ${label}-----\\r?\\n([A-Za-z0-9+/=\\r\\n]+)-----END ${label}-----`);

/**
 * The key of a PEM file without password: PKCS#8 (RFC 5208) or SEC 1 (RFC 5915; a block of parameters before it is not looked at). Throws
 * ProofError `SM2_KEY` when there is none, or it is of another curve.
 */
export function readSm2Key(pem: string): Sm2Key {
  const text = pem.length > PEM_LIMIT ? '' : pem;
  const pkcs8 = block('PRIVATE KEY').exec(text)?.[1];
  const sec1 = block('(?:EC|SM2) PRIVATE KEY').exec(text)?.[1];
  try {
    if (pkcs8) return sm2Key(fromPkcs8(Buffer.from(pkcs8, 'base64')));
    if (sec1) return sm2Key(fromSec1(Buffer.from(sec1, 'base64')));
  } catch (cause) {
    throw new ProofError('SM2_KEY', 'the private key is not one of SM2', { cause });
  }
  throw new ProofError('SM2_KEY', 'no private key in PEM form without password');
}

function fromPkcs8(bytes: Uint8Array): Uint8Array {
  const items = sequenceOf(parseOne(bytes));
  if (smallOf(items.next('integer')) !== 0) throw new Error('another version');
  const algorithm = itemsOf(items.next('sequence'));
  if (oidOf(algorithm.next('oid')) !== smOids.ecPublicKey || oidOf(algorithm.next('oid')) !== smOids.curve)
    throw new Error('another kind of key');
  return fromSec1(contentsOf(items.next('octetString')));
}

function fromSec1(bytes: Uint8Array): Uint8Array {
  const items = sequenceOf(parseOne(bytes));
  if (smallOf(items.next('integer')) !== 1) throw new Error('another version');
  const secret = contentsOf(items.next('octetString'));
  const curve = items.tagged(0);
  if (curve && oidOf(itemsOf(curve).next('oid')) !== smOids.curve) throw new Error('another curve');
  return secret;
}
