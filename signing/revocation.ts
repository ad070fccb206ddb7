import { sign, verify } from 'node:crypto';
import { contentsOf, itemsOf, magnitudeOf, type Node, oidOf, parseOne, sequenceOf, wholeOf } from './asn1.ts';
import { type Identity, openAuthority } from './authority.ts';
import { extension, type ReadCertificate } from './certificate.ts';
import * as der from './der.ts';
import { authorityKeyId, extensionOf, keyIdOf } from './extensions.ts';
import { ProofError } from './proof-error.ts';

/** Reasons of RFC 5280 section 5.3.1 that we give; `unspecified` is written by leaving the reason out. */
const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
} as const;
export type RevocationReason = keyof typeof revocationReasons;
/** The same by name, for schemas and forms. */
export const revocationReasonNames = Object.keys(revocationReasons) as RevocationReason[];

export interface Revoked {
  /** Hex, as certificates show it. */
  serial: string;
  at: Date;
  reason: RevocationReason;
  /** From when on the key is doubted, where that is known to be earlier (RFC 5280 section 5.3.2). */
  since?: Date;
}

export interface RevocationList {
  thisUpdate: Date;
  nextUpdate: Date;
  number: number;
  revoked: readonly Revoked[];
}

const LIST_LIMIT = 1_048_576;
const ALGORITHM = der.sequence(der.oid('1.2.840.10045.4.3.2'));
const REASON = '2.5.29.21';
const INVALIDITY_DATE = '2.5.29.24';

/** The authority's revocation list, DER (RFC 5280 section 5): version 2, authority key identifier, number; times in whole seconds. */
export function createRevocationList(authority: Identity, list: RevocationList): Uint8Array {
  const { certificate, key } = openAuthority(authority);
  const body = encodeBody(certificate, list);
  return der.sequence(body, ALGORITHM, der.bitString(sign('sha256', body, key)));
}

/**
 * Reads a list of the one form that `createRevocationList` writes, signed by `issuer`. Throws ProofError `CRL_MALFORMED`,
 * `CRL_NOT_CANONICAL` or `CRL_SIGNATURE_INVALID`.
 */
export function readRevocationList(bytes: Uint8Array, issuer: ReadCertificate): RevocationList {
  let list: RevocationList;
  let signature: Uint8Array;
  try {
    if (bytes.length > LIST_LIMIT) throw new Error('too large');
    const items = sequenceOf(parseOne(bytes));
    list = readBody(items.next('sequence'));
    items.next('sequence');
    signature = contentsOf(items.rest()[0] as Node);
  } catch (cause) {
    throw new ProofError('CRL_MALFORMED', 'not a revocation list (RFC 5280 section 5)', { cause });
  }
  const body = encodeBody(issuer, list);
  if (Buffer.compare(der.sequence(body, ALGORITHM, der.bitString(signature)), bytes) !== 0)
    throw new ProofError(
      'CRL_NOT_CANONICAL',
      'the revocation list is not the DER that its parts make under this issuer',
    );
  if (!verify('sha256', body, issuer.publicKey, signature))
    throw new ProofError('CRL_SIGNATURE_INVALID', 'the signature of the revocation list does not hold');
  return list;
}

/** The revocation of a certificate, when the list has it. */
export const revocationOf = (list: RevocationList, serial: string): Revoked | undefined =>
  list.revoked.find((entry) => BigInt(`0x${entry.serial}`) === BigInt(`0x${serial}`));

function encodeBody(issuer: ReadCertificate, { thisUpdate, nextUpdate, number, revoked }: RevocationList): Uint8Array {
  const extensions = der.sequence(
    authorityKeyId(keyIdOf(issuer.publicKey)),
    extensionOf(extension.cRLNumber, der.integer(numberBytes(number))),
  );
  return der.sequence(
    der.integer(Uint8Array.of(1)),
    ALGORITHM,
    issuer.issuerDer,
    der.time(thisUpdate),
    der.time(nextUpdate),
    ...(revoked.length > 0 ? [der.sequence(...revoked.map(encodeRevoked))] : []),
    der.context(0, extensions),
  );
}

function encodeRevoked({ serial, at, reason, since }: Revoked): Uint8Array {
  const extensions = [
    ...(reason === 'unspecified' ? [] : [extensionOf(REASON, der.tlv(0x0a, Uint8Array.of(revocationReasons[reason])))]),
    ...(since ? [extensionOf(INVALIDITY_DATE, der.preciseTime(since))] : []),
  ];
  const digits = Buffer.from(serial.padStart(serial.length + (serial.length % 2), '0'), 'hex');
  return der.sequence(
    der.integer(digits),
    der.time(at),
    ...(extensions.length > 0 ? [der.sequence(...extensions)] : []),
  );
}

function numberBytes(number: number): Uint8Array {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(number, 0, 6);
  return bytes;
}

function readBody(node: Node): RevocationList {
  const items = itemsOf(node);
  items.next('integer');
  items.next('sequence');
  items.next('sequence');
  const [thisUpdate, nextUpdate] = [readTime(items.nextAny()), readTime(items.nextAny())];
  const revoked = items.optional('sequence');
  const added = items.tagged(0);
  items.end();
  if (!added) throw new Error('no extensions');
  const last = itemsOf(itemsOf(added).next('sequence')).rest().at(-1);
  const value = itemsOf(last as Node)
    .rest()
    .at(-1) as Node;
  const number = Buffer.from(magnitudeOf(parseOne(contentsOf(value))));
  if (number.length > 6) throw new Error('the number is too large');
  return {
    ...{ thisUpdate, nextUpdate, number: number.readUIntBE(0, number.length) },
    revoked: revoked ? itemsOf(revoked).rest().map(readRevoked) : [],
  };
}

function readRevoked(node: Node): Revoked {
  const items = sequenceOf(node);
  const revoked: Revoked = {
    serial: Buffer.from(magnitudeOf(items.next('integer'))).toString('hex'),
    at: readTime(items.nextAny()),
    reason: 'unspecified',
  };
  const added = items.optional('sequence');
  for (const extension of added ? itemsOf(added).rest() : []) {
    const parts = sequenceOf(extension);
    const id = oidOf(parts.next('oid'));
    const value = parseOne(contentsOf(parts.next('octetString')));
    if (id === REASON) revoked.reason = reasonOf(wholeOf(value).at(-1));
    else if (id === INVALIDITY_DATE) revoked.since = readTime(value);
    else throw new Error('an extension that is not understood');
  }
  return revoked;
}

function reasonOf(code: number | undefined): RevocationReason {
  const name = revocationReasonNames.find((each) => revocationReasons[each] === code);
  if (!name) throw new Error('a reason that is not understood');
  return name;
}

function readTime(node: Node): Date {
  const time = (node as unknown as { toDate?: () => Date }).toDate?.();
  if (!time || Number.isNaN(time.getTime())) throw new Error('no time');
  return time;
}
