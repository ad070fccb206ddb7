import { createHash } from 'node:crypto';
import { contentsOf, type Items, itemsOf, type Node, oidOf, parseOne, sequenceOf, smallOf, wholeOf } from './asn1.ts';
import { type ReadCertificate, readPem } from './certificate.ts';
import * as der from './der.ts';
import type { RandomSource } from './entry-key.ts';
import { ProofError } from './proof-error.ts';
import { encodeImprint, type Imprint, readImprint, type TimestampInfo } from './timestamp-info.ts';
import { namesCertificate, type ReadToken, readToken, signatureHolds, tokenOids } from './timestamp-token.ts';
import { demandIssued, demandTimestamper, demandTrusted } from './trust-path.ts';

export type { Imprint, ImprintName, TimestampInfo } from './timestamp-info.ts';
export { imprintOf } from './timestamp-info.ts';

/** Larger queries, tokens and replies are refused, bytes. */
export const QUERY_LIMIT = 8192;
/** Of tokens and replies. */
export const TOKEN_LIMIT = 49_152;

export interface TimestampQuery {
  /** The exact DER of MessageImprint. */
  imprintDer: Uint8Array;
  policy: string | undefined;
  /** The exact DER INTEGER. */
  nonce: Uint8Array | undefined;
  /** Whether the token is to hold the authority's certificate. */
  certificates: boolean;
}

/** TimeStampReq (RFC 3161 section 2.4.1) with a random 64-bit nonce, asking for the certificate. */
export function makeQuery(
  imprint: Imprint,
  random: RandomSource,
  policy?: string,
): { query: Uint8Array; nonce: Uint8Array } {
  const nonce = der.integer(random(8));
  const query = der.sequence(
    der.integer(Uint8Array.of(1)),
    encodeImprint(imprint),
    ...(policy === undefined ? [] : [der.oid(policy)]),
    nonce,
    der.tlv(der.tag.boolean, Uint8Array.of(0xff)),
  );
  return { query, nonce };
}

/** Why a query is refused, as a bit of PKIFailureInfo (RFC 3161 section 2.4.2). */
export type QueryFault = 'badAlg' | 'badRequest' | 'badDataFormat' | 'unacceptedExtension';

/** Reads a query of anyone. Returns the failure that the reply must name. */
export function readQuery(bytes: Uint8Array): TimestampQuery | QueryFault {
  let items: Items;
  try {
    if (bytes.length > QUERY_LIMIT) return 'badDataFormat';
    items = sequenceOf(parseOne(bytes));
    if (smallOf(items.next('integer')) !== 1) return 'badRequest';
  } catch {
    return 'badDataFormat';
  }
  try {
    const imprint = items.next('sequence');
    const policy = items.optional('oid');
    const nonce = items.optional('integer');
    const certificates = items.optional('boolean');
    if (items.tagged(0)) return 'unacceptedExtension';
    items.end();
    if (nonce && contentsOf(nonce).length > 64) return 'badRequest';
    if (!isAccepted(imprint)) return 'badAlg';
    return {
      imprintDer: wholeOf(imprint),
      policy: policy && oidOf(policy),
      nonce: nonce && wholeOf(nonce),
      certificates: certificates !== undefined && contentsOf(certificates)[0] !== 0,
    };
  } catch {
    return 'badRequest';
  }
}

function isAccepted(imprint: Node): boolean {
  try {
    readImprint(imprint);
    return true;
  } catch {
    return false;
  }
}

/** TimeStampResp `granted` around a token: the one form in which a `.tsr` file is kept. */
export const encodeReply = (token: Uint8Array): Uint8Array =>
  der.sequence(der.sequence(der.integer(Uint8Array.of(0))), token);

/** The token in a reply of any authority. Throws ProofError `TIME_REFUSED` (status and its words), `TIME_MALFORMED`. */
export function tokenOfReply(reply: Uint8Array): Uint8Array {
  try {
    if (reply.length > TOKEN_LIMIT + 1024) throw new Error('too large');
    const items = sequenceOf(parseOne(reply));
    const status = smallOf(itemsOf(items.next('sequence')).next('integer'));
    const token = items.optional('sequence');
    items.end();
    if (status > 1) throw new ProofError('TIME_REFUSED', `the authority answers status ${status}`);
    if (!token) throw new Error('granted, and no token');
    return wholeOf(token);
  } catch (cause) {
    if (cause instanceof ProofError) throw cause;
    throw new ProofError('TIME_MALFORMED', 'not a time-stamp reply (RFC 3161)', { cause });
  }
}

/** The token of a `.tsr` file, which must be exactly what `encodeReply` writes. Throws ProofError `TIME_MALFORMED`. */
export function tokenOfFile(file: Uint8Array): Uint8Array {
  const token = tokenOfReply(file);
  if (Buffer.compare(encodeReply(token), file) !== 0) throw new ProofError('TIME_MALFORMED', 'not in the exact form');
  return token;
}

export interface VerifiedTime {
  time: Date;
  /** Milliseconds; undefined when the authority does not say. */
  accuracyMs: number | undefined;
  policy: string;
  serial: string;
  tsa: { subject: string; serial: string; certificatePem: string };
}

/**
 * Verifies a token of any authority. What must be true, in this order: the form, every byte accounted for (TIME_MALFORMED); the imprint
 * (TIME_IMPRINT), nonce (TIME_NONCE), policy (TIME_POLICY); the signed attributes and the certificate that they name (TIME_ATTRIBUTES,
 * TIME_SIGNER); the signature (TIME_SIGNATURE_INVALID); a certificate for time stamps only (CERT_*), its path to `trust` at the time of the token;
 * no certificate inside that is of nobody (CERT_UNTRUSTED).
 * @param options.trust anchors, PEM; @param options.intermediates believed only through an anchor, PEM.
 */
export function verifyToken(options: {
  token: Uint8Array;
  imprint: Imprint;
  nonce?: Uint8Array;
  policy?: string;
  trust: readonly string[];
  intermediates?: readonly string[];
}): VerifiedTime {
  const read = readStrictly(options.token);
  const { info } = read;
  const same = info.imprint.name === options.imprint.name && equal(info.imprint.digest, options.imprint.digest);
  if (!same) throw new ProofError('TIME_IMPRINT', 'the time stamp is of other content');
  demandAnswer(info, options);
  const anchors = options.trust.flatMap(readPem);
  const others = [...read.certificates, ...(options.intermediates ?? []).flatMap(readPem)];
  const tsa = signerOf(read, [...others, ...anchors]);
  demandAttributes(read, tsa);
  if (!holds(read, tsa))
    throw new ProofError('TIME_SIGNATURE_INVALID', 'the signature of the time stamp does not hold');
  demandTimestamper(tsa);
  demandTrusted(tsa, anchors, others, info.time);
  for (const certificate of read.certificates) demandIssued(certificate, [...anchors, ...others]);
  const { subject, serial, pem: certificatePem } = tsa;
  const { time, accuracyMs, policy } = info;
  return { time, accuracyMs, policy, serial: info.serial, tsa: { subject, serial, certificatePem } };
}

const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function readStrictly(token: Uint8Array): ReadToken {
  try {
    if (token.length > TOKEN_LIMIT) throw new Error(`larger than ${TOKEN_LIMIT} bytes`);
    return readToken(token);
  } catch (cause) {
    throw new ProofError('TIME_MALFORMED', `not a time-stamp token: ${(cause as Error).message}`, { cause });
  }
}

function demandAnswer(info: TimestampInfo, { nonce, policy }: { nonce?: Uint8Array; policy?: string }): void {
  if (nonce && !(info.nonce && equal(info.nonce, nonce)))
    throw new ProofError('TIME_NONCE', 'the answer to another query');
  if (policy !== undefined && info.policy !== policy)
    throw new ProofError('TIME_POLICY', `under policy ${info.policy}`);
}

function signerOf({ parts }: ReadToken, candidates: readonly ReadCertificate[]): ReadCertificate {
  const named = candidates.find(({ issuerDer, serialDer }) =>
    equal(der.sequence(issuerDer, serialDer), parts.signerDer),
  );
  if (!named) throw new ProofError('TIME_SIGNER', "the authority's certificate is not here");
  return named;
}

function demandAttributes(read: ReadToken, tsa: ReadCertificate): void {
  const attribute = (id: string) => {
    const value = read.attributes.get(id);
    if (!value) throw new ProofError('TIME_ATTRIBUTES', `the attribute ${id} is missing`);
    return value;
  };
  const type = attribute(tokenOids.contentType);
  const digest = attribute(tokenOids.messageDigest);
  const expected = createHash(read.digest).update(read.parts.infoDer).digest();
  const right = equal(wholeOf(type), der.oid(tokenOids.tstInfo)) && equal(wholeOf(digest), der.octetString(expected));
  if (!right) throw new ProofError('TIME_ATTRIBUTES', 'the signed attributes are of other content');
  if (!quietly(() => namesCertificate(read, tsa))) {
    throw new ProofError('TIME_SIGNER', 'the signed attributes do not name the certificate (RFC 5816)');
  }
}

const holds = (read: ReadToken, tsa: ReadCertificate) => quietly(() => signatureHolds(read, tsa));

/** What cannot be read does not hold. */
function quietly(ask: () => boolean): boolean {
  try {
    return ask();
  } catch {
    return false;
  }
}
