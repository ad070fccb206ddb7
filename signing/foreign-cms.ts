import { contentsOf, itemsOf, type Node, oidOf, parseOne, sequenceOf, wholeOf } from './asn1.ts';
import { type ReadCertificate, readCertificate } from './certificate.ts';
import { oids } from './cms-profile.ts';
import * as der from './der.ts';
import { type ImprintName, readDigestAlgorithm } from './timestamp-info.ts';
import { namesCertificate, readAttributes, signatureHolds } from './timestamp-token.ts';

/**
 * A CMS signature (RFC 5652) of whatever maker, as far as we judge it: DER, detached, one signer named by issuer and serial, with signed attributes,
 * SHA-256 or longer.
 */
export interface ForeignSignature {
  digest: ImprintName;
  signer: ReadCertificate;
  /** Those that came along, the signer's among them. */
  certificates: readonly ReadCertificate[];
  attributes: ReadonlyMap<string, Node>;
  /** Each Attribute, DER, and what the signature's algorithm is. */
  parts: { attributes: readonly Uint8Array[]; signatureAlgorithmDer: Uint8Array; signature: Uint8Array };
  /** signing-time, by the signer's clock. */
  claimedTime: Date | undefined;
  /** Time-stamp token over the signature's value. */
  token: Uint8Array | undefined;
}

/** Reads a signature. Throws a plain Error that says what is not understood. */
export function readForeign(cms: Uint8Array): ForeignSignature {
  const info = sequenceOf(parseOne(cms));
  if (oidOf(info.next('oid')) !== oids.signedData) throw new Error('no SignedData');
  const content = info.tagged(0);
  info.end();
  if (!content) throw new Error('no SignedData');
  const data = itemsOf(itemsOf(content).next('sequence'));
  data.next('integer');
  data.next('set');
  const encapsulated = itemsOf(data.next('sequence'));
  if (oidOf(encapsulated.next('oid')) !== oids.data || encapsulated.tagged(0)) throw new Error('not detached');
  const certificateSet = data.tagged(0);
  data.tagged(1);
  const [signerNode, ...others] = itemsOf(data.next('set')).rest();
  data.end();
  if (!signerNode || others.length > 0) throw new Error('not one signer');
  return readSigner(
    signerNode,
    (certificateSet ? itemsOf(certificateSet).rest() : []).map(wholeOf).map(readCertificate),
  );
}

function readSigner(node: Node, certificates: readonly ReadCertificate[]): ForeignSignature {
  const items = sequenceOf(node);
  items.next('integer');
  const name = wholeOf(items.next('sequence'));
  const digest = readDigestAlgorithm(items.next('sequence'));
  const signed = items.tagged(0);
  if (!signed) throw new Error('no signed attributes');
  const algorithm = wholeOf(items.next('sequence'));
  const signature = contentsOf(items.next('octetString'));
  const unsigned = items.tagged(1);
  items.end();
  const signer = certificates.find(({ issuerDer, serialDer }) => equal(der.sequence(issuerDer, serialDer), name));
  if (!signer) throw new Error('the certificate of the signer is not inside');
  const attributes = readAttributes(itemsOf(signed).rest());
  const stamp = unsigned && readAttributes(itemsOf(unsigned).rest()).get(oids.signatureTimestamp);
  return {
    ...{ digest, signer, certificates, attributes },
    parts: { attributes: itemsOf(signed).rest().map(wholeOf), signatureAlgorithmDer: algorithm, signature },
    claimedTime: timeOf(attributes.get(oids.signingTime)),
    token: stamp && wholeOf(stamp),
  };
}

/**
 * Why a signature over content of that digest does not hold; undefined when it does: content-type and message-digest, the signature under the signer's key, and
 * signing-certificate naming it where it is there, as it must be in CAdES.
 */
export function faultOf(foreign: ForeignSignature, contentDigest: Uint8Array, cades: boolean): string | undefined {
  const { attributes, parts, digest, signer } = foreign;
  const type = attributes.get(oids.contentType);
  const imprint = attributes.get(oids.messageDigest);
  if (!type || !equal(wholeOf(type), der.oid(oids.data))) return 'CMS_PROFILE';
  if (!imprint || !equal(wholeOf(imprint), der.octetString(contentDigest))) return 'CMS_DIGEST_MISMATCH';
  if (!signatureHolds({ parts, digest }, signer)) return 'CMS_SIGNATURE_INVALID';
  const named = attributes.has(oids.signingCertificateV2) || attributes.has(SIGNING_CERTIFICATE);
  if ((cades || named) && !namesCertificate({ attributes }, signer)) return 'SIGNER_OTHER';
  return undefined;
}

/** The older form, by SHA-1 (RFC 2634). */
const SIGNING_CERTIFICATE = '1.2.840.113549.1.9.16.2.12';

const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function timeOf(node: Node | undefined): Date | undefined {
  const time = (node as unknown as { toDate?: () => Date } | undefined)?.toDate?.();
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}
