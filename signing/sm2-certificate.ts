import { contentsOf, itemsOf, type Node, oidOf, parseOne, sequenceOf, wholeOf } from './asn1.ts';
import { type ReadCertificate, readPem } from './certificate.ts';
import * as der from './der.ts';
import { ProofError } from './proof-error.ts';
import { demandPoint, demandSm2 } from './sm2.ts';
import { smOids } from './sm2-key.ts';
import { demandForDocuments, demandTrusted, isClosed, type Scheme } from './trust-path.ts';

/**
 * Certificates with SM2 keys, signed by SM2 (GM/T 0015, which is RFC 5280 with these algorithms). The whole path is SM2: issuers with other keys are
 * not followed.
 */
export interface Sm2Certificate extends ReadCertificate {
  /** The public key as sm2.ts takes it. */
  point: Uint8Array;
}

/** Reads all certificates of a PEM text (RFC 7468). Throws ProofError `CERT_MALFORMED`, or `CERT_KEY` when one is not SM2 throughout. */
export const readSm2Pem = (pem: string): Sm2Certificate[] => readPem(pem).map(withPoint);

/** Reads the only certificate of a PEM text. */
export function readOneSm2Pem(pem: string): Sm2Certificate {
  const [certificate, ...others] = readSm2Pem(pem);
  if (!certificate || others.length > 0) throw new ProofError('CERT_MALFORMED', 'expected one certificate');
  return certificate;
}

/** The same of a certificate that was read already. Throws ProofError `CERT_KEY`. */
export function withPoint(certificate: ReadCertificate): Sm2Certificate {
  try {
    return { ...certificate, point: partsOf(certificate).point };
  } catch (cause) {
    throw new ProofError('CERT_KEY', `${certificate.subject} is no SM2 certificate`, { cause });
  }
}

/**
 * Demands that a certificate may sign documents and that an SM2 path leads from it to one of `anchors`, all valid at `at`. Throws ProofError
 * `CERT_*`, a code for each rule.
 */
export function demandSm2Trusted(
  signer: Sm2Certificate,
  anchors: readonly Sm2Certificate[],
  intermediates: readonly Sm2Certificate[],
  at: Date,
): void {
  demandForDocuments(signer);
  demandTrusted(signer, anchors, intermediates, at, sm2Scheme);
}

/** Whether each certificate is issued by itself or another of them. */
export const isSm2Closed = (certificates: readonly Sm2Certificate[]): boolean => isClosed(certificates, sm2Scheme);

const sm2Scheme: Scheme = {
  algorithms: new Set([smOids.sm2WithSm3]),
  verifies: (certificate, issuer) => {
    try {
      const { body, signature } = partsOf(certificate);
      demandSm2(body, signature, partsOf(issuer).point);
      return true;
    } catch {
      return false;
    }
  },
};

interface Parts {
  /** What is signed, exact bytes. */
  body: Uint8Array;
  signature: Uint8Array;
  point: Uint8Array;
}

function partsOf(certificate: ReadCertificate): Parts {
  const items = sequenceOf(parseOne(certificate.der));
  const body = items.next('sequence');
  const algorithm = items.next('sequence');
  const signature = items.nextAny();
  items.end();
  const fields = itemsOf(body);
  fields.tagged(0);
  fields.next('integer');
  if (Buffer.compare(wholeOf(fields.next('sequence')), wholeOf(algorithm)) !== 0)
    throw new Error('two signature algorithms');
  demandAlgorithm(algorithm);
  for (const _ of ['issuer', 'validity', 'subject']) fields.next('sequence');
  const key = itemsOf(fields.next('sequence'));
  const kind = itemsOf(key.next('sequence'));
  if (oidOf(kind.next('oid')) !== smOids.ecPublicKey || oidOf(kind.next('oid')) !== smOids.curve)
    throw new Error('another kind of key');
  kind.end();
  const point = wholeOctets(key.nextAny());
  key.end();
  demandPoint(point);
  return { body: wholeOf(body), signature: wholeOctets(signature), point };
}

/** SM2-with-SM3, without parameters or, as some authorities write it, with NULL. */
function demandAlgorithm(algorithm: Node): void {
  const items = itemsOf(algorithm);
  if (oidOf(items.next('oid')) !== smOids.sm2WithSm3) throw new Error('another signature algorithm');
  items.optional('null');
  items.end();
}

/** A BIT STRING without unused bits. */
function wholeOctets(node: Node): Uint8Array {
  const octets = contentsOf(node);
  if (Buffer.compare(wholeOf(node), der.bitString(octets)) !== 0) throw new Error('expected whole octets');
  return octets;
}
