import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { Identity } from './authority.ts';
import { readOnePem } from './certificate.ts';
import * as der from './der.ts';
import type { RandomSource } from './entry-key.ts';
import { ProofError } from './proof-error.ts';
import { encodeReply, type QueryFault, readQuery, type TimestampQuery } from './timestamp.ts';
import { encodeInfo } from './timestamp-info.ts';
import { encodeToken, tokenOids } from './timestamp-token.ts';
import { demandTimestamper } from './trust-path.ts';

/** A time-stamping authority of our own: its tokens prove order, not independent time, and are always shown as self-issued. */
export interface TimestampAuthority extends Identity {
  /** OID under which it stamps, dotted. */
  policy: string;
  /** 1 to 127; what is known of the machine's clock. */
  accuracySeconds: number;
  random: RandomSource;
}

/** Bits of PKIFailureInfo, RFC 3161 section 2.4.2. */
const FAILURES = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
} as const;
type Failure = keyof typeof FAILURES & (QueryFault | 'timeNotAvailable' | 'unacceptedPolicy');

/** Answers a TimeStampReq with a TimeStampResp, both DER (RFC 3161 section 2.4): granted with a token, or rejected and why. */
export function answerQuery(authority: TimestampAuthority, query: Uint8Array, now: Date): Uint8Array {
  const read = readQuery(query);
  if (typeof read === 'string') return rejection(read);
  if (read.policy !== undefined && read.policy !== authority.policy) return rejection('unacceptedPolicy');
  const { notBefore, notAfter } = readOnePem(authority.certificatePem);
  if (now < notBefore || now > notAfter) return rejection('timeNotAvailable');
  return encodeReply(makeToken(authority, read, now));
}

/** A token over what the query asks, by ECDSA P-256 with SHA-256, at `time`, with a random 128-bit serial. Throws ProofError CERT_*. */
export function makeToken(authority: TimestampAuthority, query: TimestampQuery, time: Date): Uint8Array {
  const certificate = readOnePem(authority.certificatePem);
  const key = createPrivateKey(authority.privateKeyPem);
  demandTimestamper(certificate);
  if (!certificate.x509.checkPrivateKey(key))
    throw new ProofError('SIGNER_KEY', 'the key is not that of the certificate');
  const { policy, accuracySeconds, random } = authority;
  const serial = Uint8Array.from(random(16));
  const infoDer = encodeInfo({ ...query, policy, accuracySeconds, serial, time });
  const attribute = (id: string, value: Uint8Array) => der.sequence(der.oid(id), der.setOf(value));
  const hash = (bytes: Uint8Array) => der.octetString(createHash('sha256').update(bytes).digest());
  const attributes = [
    attribute(tokenOids.contentType, der.oid(tokenOids.tstInfo)),
    attribute(tokenOids.messageDigest, hash(infoDer)),
    attribute(tokenOids.signingCertificateV2, der.sequence(der.sequence(der.sequence(hash(certificate.der))))),
  ].toSorted(Buffer.compare);
  const digest = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'));
  return encodeToken({
    ...{ infoDer, attributes },
    certificates: query.certificates ? [certificate.der] : [],
    signerDer: der.sequence(certificate.issuerDer, certificate.serialDer),
    digestDers: [digest, digest],
    signatureAlgorithmDer: der.sequence(der.oid('1.2.840.10045.4.3.2')),
    signature: sign('sha256', der.tlv(der.tag.set, ...attributes), key),
  });
}

/** PKIStatus `rejection` with one bit of PKIFailureInfo; a named bit list has no zero bits at its end (X.690 section 11.2.2). */
function rejection(failure: Failure): Uint8Array {
  const bit = FAILURES[failure];
  const bytes = new Uint8Array((bit >> 3) + 1);
  bytes[bit >> 3] = 0x80 >> (bit & 7);
  const info = der.tlv(der.tag.bitString, Uint8Array.of(7 - (bit & 7)), bytes);
  return der.sequence(der.sequence(der.integer(Uint8Array.of(2)), info));
}
