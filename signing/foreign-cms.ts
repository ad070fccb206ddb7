import { createHash } from 'node:crypto';
import { contentsOf, demandType, itemsOf, type Node, oidOf, parseOne, sequenceOf, smallOf, wholeOf } from './asn1.ts';
import { type ReadCertificate, readCertificate, readPem } from './certificate.ts';
import { oids } from './cms-profile.ts';
import { ProofError } from './proof-error.ts';
import { type ImprintName, readDigestAlgorithm } from './timestamp-info.ts';
import { namesCertificate, readAttributes, signatureHolds } from './timestamp-token.ts';
import { demandSigner, demandTrusted } from './trust-path.ts';

const LIMIT = 131_072;
/** Larger messages are not read. */
export const MESSAGE_LIMIT = 16_777_216;
const SIGNING_CERTIFICATES = [oids.signingCertificateV2, '1.2.840.113549.1.9.16.2.12'];

/**
 * Verifies a detached CMS signature that another program or a device made (RFC 5652, DER) over bytes. What must be true, in this order: the form, with
 * one signer, named by issuer and serial number, whose certificate is inside, and signed attributes (CMS_MALFORMED); the digest of the content
 * (CMS_DIGEST_MISMATCH); the certificate that the attributes name, where they name one, and the signature (CMS_SIGNATURE_INVALID); the
 * certificate, and its path to `trust` at that time (CERT_*). Unsigned attributes are not believed. Returns the signer.
 * @param options.path anchors, PEM, and when; certificates inside are believed only through an anchor. Without it whose certificate it is, is not known.
 */
export function verifyForeign(options: {
  cms: Uint8Array;
  content: Uint8Array;
  path?: { trust: string; at: Date };
}): ReadCertificate {
  const read = readForeign(options.cms);
  const digest = createHash(read.digest).update(options.content).digest();
  if (Buffer.compare(digest, read.contentDigest) !== 0)
    throw new ProofError('CMS_DIGEST_MISMATCH', 'the signature is of other content');
  if (!foreignHolds(read)) throw new ProofError('CMS_SIGNATURE_INVALID', 'the signature does not hold');
  demandSigner(read.signer);
  if (options.path) demandTrusted(read.signer, readPem(options.path.trust), read.certificates, options.path.at);
  return read.signer;
}

/** A signature of whatever maker, as it was read. */
export interface ForeignSignature {
  /** Those inside, the signer's among them. */
  certificates: readonly ReadCertificate[];
  signer: ReadCertificate;
  digest: ImprintName;
  contentDigest: Uint8Array;
  attributes: ReadonlyMap<string, Node>;
  parts: { attributes: readonly Uint8Array[]; signature: Uint8Array; signatureAlgorithmDer: Uint8Array };
  /** signing-time, by the signer's clock. */
  claimedTime: Date | undefined;
  /** The time stamp over the signature's value, not verified. */
  token: Uint8Array | undefined;
}

/** Whether the signature holds, and its attributes name its certificate: where they name one, or, in CAdES, always. */
export function foreignHolds(read: ForeignSignature, cades = false): boolean {
  const named = cades || SIGNING_CERTIFICATES.some((id) => read.attributes.has(id));
  return (
    (!named || quietly(() => namesCertificate(read, read.signer))) && quietly(() => signatureHolds(read, read.signer))
  );
}

/** What cannot be read does not hold. */
function quietly(ask: () => boolean): boolean {
  try {
    return ask();
  } catch {
    return false;
  }
}

/** Reads a detached signature, DER. Throws ProofError `CMS_MALFORMED`, saying what is not understood. */
export function readForeign(cms: Uint8Array): ForeignSignature {
  try {
    if (cms.length > LIMIT) throw new Error(`larger than ${LIMIT} bytes`);
    const { content, ...read } = readParts(cms);
    if (content) throw new Error('it has its content inside');
    return read;
  } catch (cause) {
    throw new ProofError('CMS_MALFORMED', `not a detached CMS signature: ${(cause as Error).message}`, { cause });
  }
}

/** Reads a message that is signed with its content inside, DER, of at most 16 MiB. Throws ProofError `CMS_MALFORMED`, saying what is not understood. */
export function readMessage(cms: Uint8Array): ForeignSignature & { content: Uint8Array } {
  try {
    if (cms.length > MESSAGE_LIMIT) throw new Error(`larger than ${MESSAGE_LIMIT} bytes`);
    const { content = missing('its content inside'), ...read } = readParts(cms);
    return { ...read, content };
  } catch (cause) {
    throw new ProofError('CMS_MALFORMED', `not a signed message: ${(cause as Error).message}`, { cause });
  }
}

function readParts(cms: Uint8Array): ForeignSignature & { content: Uint8Array | undefined } {
  const info = sequenceOf(parseOne(cms));
  demandOid(info.next('oid'), oids.signedData);
  const data = itemsOf(itemsOf(info.tagged(0) ?? missing('content')).next('sequence'));
  info.end();
  data.next('integer');
  data.next('set');
  const encapsulated = itemsOf(data.next('sequence'));
  demandOid(encapsulated.next('oid'), oids.data);
  const explicit = encapsulated.tagged(0);
  const content = explicit && contentsOf(itemsOf(explicit).next('octetString'));
  encapsulated.end();
  const certificates = itemsOf(data.tagged(0) ?? missing('certificates'))
    .rest()
    .map((node) => readCertificate(wholeOf(demandType(node, 'sequence'))));
  data.tagged(1);
  const [signerNode, ...others] = itemsOf(data.next('set')).rest();
  data.end();
  if (others.length > 0) throw new Error('more than one signer');
  return { content, certificates, ...readSigner(sequenceOf(signerNode), certificates) };
}

function readSigner(items: ReturnType<typeof sequenceOf>, certificates: readonly ReadCertificate[]) {
  if (smallOf(items.next('integer')) !== 1) throw new Error('the signer is not named by issuer and serial number');
  const name = itemsOf(items.next('sequence')).rest().map(wholeOf);
  const signer = certificates.find(
    ({ issuerDer, serialDer }) => Buffer.compare(Buffer.concat(name), Buffer.concat([issuerDer, serialDer])) === 0,
  );
  const digest = readDigestAlgorithm(items.next('sequence'));
  const nodes = itemsOf(items.tagged(0) ?? missing('signed attributes')).rest();
  const signatureAlgorithmDer = wholeOf(items.next('sequence'));
  const signature = contentsOf(items.next('octetString'));
  const unsigned = items.tagged(1);
  items.end();
  const attributes = readAttributes(nodes);
  demandOid(attributes.get(oids.contentType) ?? missing('content-type'), oids.data);
  const contentDigest = contentsOf(demandType(attributes.get(oids.messageDigest), 'octetString'));
  const parts = { attributes: nodes.map(wholeOf), signature, signatureAlgorithmDer };
  return {
    ...{ signer: signer ?? missing("the signer's certificate"), digest, attributes, contentDigest, parts },
    claimedTime: timeOf(attributes.get(oids.signingTime)),
    token: unsigned && tokenOf(itemsOf(unsigned).rest()),
  };
}

function timeOf(node: Node | undefined): Date | undefined {
  const time = (node as unknown as { toDate?: () => Date } | undefined)?.toDate?.();
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}

function tokenOf(unsigned: readonly Node[]): Uint8Array | undefined {
  const attributes = unsigned.map((node) => sequenceOf(node));
  const stamp = attributes.find((attribute) => oidOf(attribute.next('oid')) === oids.signatureTimestamp);
  const [token] = stamp ? itemsOf(stamp.next('set')).rest() : [];
  return token && wholeOf(token);
}

function demandOid(node: Node, id: string): void {
  if (oidOf(node) !== id) throw new Error(`expected the type ${id}`);
}

function missing(what: string): never {
  throw new Error(`without ${what}`);
}
