import { createHash } from 'node:crypto';
import * as der from './der.ts';

/**
 * The one form of CMS that we write and read: SignedData (RFC 5652), detached, one signer named by issuer and serial, only
 * that signer's certificate inside, signed attributes content-type, message-digest, signing-time and
 * signing-certificate-v2 (RFC 5035), which makes it CAdES-B (ETSI EN 319 122-1); with a time stamp over the signature as its one unsigned
 * attribute it is CAdES-T. Every byte follows from these parts.
 */
export interface SignedParts {
  certificate: { der: Uint8Array; issuerDer: Uint8Array; serialDer: Uint8Array };
  algorithm: 'ecdsa' | 'rsa';
  contentSha256: Uint8Array;
  /** Undefined in a PDF, whose signature dictionary tells it (ETSI EN 319 142-1 section 6.3: the attribute is not there). */
  signingTime: Date | undefined;
  signature: Uint8Array;
  /** Time-stamp token over `signature`, DER (ETSI EN 319 122-1 section 5.3). */
  timestamp?: Uint8Array | undefined;
}

/** RFC 5652 and its attributes (RFC 5035, ETSI EN 319 122-1), RFC 5754 for the algorithms. */
export const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimestamp: '1.2.840.113549.1.9.16.2.14',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsa: '1.2.840.10045.4.3.2',
  rsa: '1.2.840.113549.1.1.11',
} as const;

const DATA = der.oid(oids.data);
const SIGNED_DATA = der.oid(oids.signedData);
const ONE = der.integer(Uint8Array.of(1));
/** RFC 5754 section 2: SHA-256 without parameters. */
const SHA256 = der.sequence(der.oid(oids.sha256));
/** RFC 5754 section 3: ECDSA without parameters, RSA with NULL. */
const ALGORITHM = {
  ecdsa: der.sequence(der.oid(oids.ecdsa)),
  rsa: der.sequence(der.oid(oids.rsa), der.tlv(der.tag.null)),
};

type AttributeParts = Pick<SignedParts, 'certificate' | 'contentSha256' | 'signingTime'>;

/** What is signed: the attributes as a DER SET (RFC 5652 section 5.4). */
export const signedAttributes = (parts: AttributeParts): Uint8Array => der.setOf(...attributes(parts));

/** The whole ContentInfo. */
export function encodeSigned(parts: SignedParts): Uint8Array {
  const { certificate, algorithm, signature, timestamp } = parts;
  const signerInfo = der.sequence(
    ONE,
    der.sequence(certificate.issuerDer, certificate.serialDer),
    SHA256,
    der.context(0, ...attributes(parts).toSorted(Buffer.compare)),
    ALGORITHM[algorithm],
    der.octetString(signature),
    ...(timestamp ? [der.context(1, der.sequence(SIGNATURE_TIMESTAMP, der.setOf(timestamp)))] : []),
  );
  const signedData = der.sequence(
    ONE,
    der.setOf(SHA256),
    der.sequence(DATA),
    der.context(0, certificate.der),
    der.setOf(signerInfo),
  );
  return der.sequence(SIGNED_DATA, der.context(0, signedData));
}

/** RFC 5035: `SEQUENCE OF ESSCertIDv2` with one, whose hash algorithm is the default, SHA-256. */
const signingCertificateV2 = (certificate: Uint8Array): Uint8Array =>
  der.sequence(der.sequence(der.sequence(der.octetString(createHash('sha256').update(certificate).digest()))));

const CONTENT_TYPE = der.oid(oids.contentType);
const MESSAGE_DIGEST = der.oid(oids.messageDigest);
const SIGNING_TIME = der.oid(oids.signingTime);
const SIGNATURE_TIMESTAMP = der.oid(oids.signatureTimestamp);
const SIGNING_CERTIFICATE = der.oid(oids.signingCertificateV2);

function attributes({ certificate, contentSha256, signingTime }: AttributeParts): Uint8Array[] {
  const attribute = (id: Uint8Array, value: Uint8Array) => der.sequence(id, der.setOf(value));
  return [
    attribute(CONTENT_TYPE, DATA),
    attribute(MESSAGE_DIGEST, der.octetString(contentSha256)),
    ...(signingTime ? [attribute(SIGNING_TIME, der.time(signingTime))] : []),
    attribute(SIGNING_CERTIFICATE, signingCertificateV2(certificate.der)),
  ];
}
