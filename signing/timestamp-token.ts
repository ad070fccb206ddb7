import { createHash, verify } from 'node:crypto';
import { contentsOf, itemsOf, type Node, oidOf, parseOne, sequenceOf, smallOf, wholeOf } from './asn1.ts';
import { type ReadCertificate, readCertificate } from './certificate.ts';
import * as der from './der.ts';
import { type ImprintName, readDigestAlgorithm, readInfo, type TimestampInfo } from './timestamp-info.ts';

/**
 * A time-stamp token: CMS SignedData over TSTInfo (RFC 3161 section 2.4.2, RFC 5652) with one signer named by issuer and serial.
 * Whatever authority made it, every byte of it is one of these parts or follows from them, and each part is signed or checked.
 */
export interface TokenParts {
  infoDer: Uint8Array;
  /** DER, in the order of the token. */
  certificates: readonly Uint8Array[];
  /** IssuerAndSerialNumber. */
  signerDer: Uint8Array;
  /** AlgorithmIdentifiers as they stand: the set's, and the signer's. */
  digestDers: readonly [Uint8Array, Uint8Array];
  /** Each Attribute, DER. */
  attributes: readonly Uint8Array[];
  signatureAlgorithmDer: Uint8Array;
  signature: Uint8Array;
}

export interface ReadToken {
  info: TimestampInfo;
  parts: TokenParts;
  certificates: readonly ReadCertificate[];
  digest: ImprintName;
  /** Attribute values by type; every type once, with one value. */
  attributes: ReadonlyMap<string, Node>;
}

/** RFC 5652, RFC 3161 section 2.4.2, RFC 5035 for the attributes. */
export const tokenOids = {
  signedData: '1.2.840.113549.1.7.2',
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

const version = (number: number) => der.integer(Uint8Array.of(number));

/** The whole ContentInfo. */
export function encodeToken(parts: TokenParts): Uint8Array {
  const signerInfo = der.sequence(
    version(1),
    parts.signerDer,
    parts.digestDers[1],
    der.context(0, ...parts.attributes),
    parts.signatureAlgorithmDer,
    der.octetString(parts.signature),
  );
  const signedData = der.sequence(
    version(3),
    der.setOf(parts.digestDers[0]),
    der.sequence(der.oid(tokenOids.tstInfo), der.context(0, der.octetString(parts.infoDer))),
    ...(parts.certificates.length > 0 ? [der.context(0, ...parts.certificates)] : []),
    der.setOf(signerInfo),
  );
  return der.sequence(der.oid(tokenOids.signedData), der.context(0, signedData));
}

/** Reads a token's parts. Throws a plain Error when it is of another form, or not the DER that its parts make. */
export function readToken(token: Uint8Array): ReadToken {
  const info = sequenceOf(parseOne(token));
  if (oidOf(info.next('oid')) !== tokenOids.signedData) throw new Error('no SignedData');
  const content = info.tagged(0);
  info.end();
  if (!content) throw new Error('no content');
  const read = readSignedData(itemsOf(content).next('sequence'));
  if (Buffer.compare(encodeToken(read.parts), token) !== 0) throw new Error('not the DER that its parts make');
  return read;
}

function readSignedData(node: Node): ReadToken {
  const data = itemsOf(node);
  if (smallOf(data.next('integer')) !== 3) throw new Error('not version 3 of SignedData');
  const digestOfSet = itemsOf(data.next('set')).next('sequence');
  const encapsulated = itemsOf(data.next('sequence'));
  if (oidOf(encapsulated.next('oid')) !== tokenOids.tstInfo) throw new Error('no TSTInfo inside');
  const inside = encapsulated.tagged(0);
  if (!inside) throw new Error('no TSTInfo inside');
  const infoDer = contentsOf(itemsOf(inside).next('octetString'));
  const certificateSet = data.tagged(0);
  const signer = itemsOf(itemsOf(data.next('set')).next('sequence'));
  data.end();
  if (smallOf(signer.next('integer')) !== 1) throw new Error('not version 1 of SignerInfo');
  const signerDer = wholeOf(signer.next('sequence'));
  const digestNode = signer.next('sequence');
  const attributeSet = signer.tagged(0);
  if (!attributeSet) throw new Error('no signed attributes');
  const attributeNodes = itemsOf(attributeSet).rest();
  const algorithm = signer.next('sequence');
  const signature = contentsOf(signer.next('octetString'));
  signer.end();
  const digest = readDigestAlgorithm(digestNode);
  if (readDigestAlgorithm(digestOfSet) !== digest) throw new Error('two digest algorithms');
  const certificates = certificateSet ? itemsOf(certificateSet).rest().map(wholeOf) : [];
  const parts: TokenParts = {
    ...{ infoDer, certificates, signerDer, signature },
    digestDers: [wholeOf(digestOfSet), wholeOf(digestNode)],
    attributes: attributeNodes.map(wholeOf),
    signatureAlgorithmDer: wholeOf(algorithm),
  };
  const read = certificates.map(readCertificate);
  return { info: readInfo(infoDer), parts, certificates: read, digest, attributes: readAttributes(attributeNodes) };
}

/** Attributes by type, each there once with one value. Throws a plain Error. */
export function readAttributes(nodes: readonly Node[]): Map<string, Node> {
  const found = new Map<string, Node>();
  for (const node of nodes) {
    const items = sequenceOf(node);
    const type = oidOf(items.next('oid'));
    const values = itemsOf(items.next('set')).rest();
    items.end();
    const [value] = values;
    if (!value || values.length > 1 || found.has(type)) throw new Error(`the attribute ${type} is not there just once`);
    found.set(type, value);
  }
  return found;
}

/** Signature algorithms by key type; `rsaEncryption` takes the signer's digest (RFC 3370 section 3.2). */
const SIGNATURES: Record<string, { key: 'ec' | 'rsa'; digest?: ImprintName }> = {
  '1.2.840.10045.4.3.2': { key: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', digest: 'sha512' },
  '1.2.840.113549.1.1.1': { key: 'rsa' },
  '1.2.840.113549.1.1.11': { key: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', digest: 'sha512' },
};

/** What the signature of a CMS is over, and the digest that its signer used. */
interface SignedToken {
  parts: Pick<TokenParts, 'attributes' | 'signature' | 'signatureAlgorithmDer'>;
  digest: ImprintName;
}

/** Whether the signature over the signed attributes holds under the certificate's key. */
export function signatureHolds({ parts, digest }: SignedToken, { publicKey }: ReadCertificate): boolean {
  const items = sequenceOf(parseOne(parts.signatureAlgorithmDer));
  const known = SIGNATURES[oidOf(items.next('oid'))];
  items.optional('null');
  items.end();
  if (!known || known.key !== publicKey.asymmetricKeyType || (known.digest ?? digest) !== digest) return false;
  // RFC 5652 section 5.4: what is signed is the attributes under the tag of SET OF.
  return verify(digest, der.tlv(der.tag.set, ...parts.attributes), publicKey, parts.signature);
}

/** RFC 5035, RFC 5816: whether signing-certificate-v2 (or, alone, the older one by SHA-1) is there and names this certificate. */
export function namesCertificate({ attributes }: Pick<ReadToken, 'attributes'>, certificate: ReadCertificate): boolean {
  const newer = attributes.get(tokenOids.signingCertificateV2);
  const older = attributes.get(tokenOids.signingCertificate);
  if (!newer && !older) return false;
  return [newer, older].every((value, at) => !value || firstIdNames(value, certificate, at === 1));
}

function firstIdNames(value: Node, certificate: ReadCertificate, sha1: boolean): boolean {
  const id = sequenceOf(itemsOf(sequenceOf(value).next('sequence')).next('sequence'));
  const algorithm = sha1 ? undefined : id.optional('sequence');
  const name = sha1 ? 'sha1' : algorithm ? readDigestAlgorithm(algorithm) : 'sha256';
  const hash = contentsOf(id.next('octetString'));
  const issuerSerial = id.optional('sequence');
  id.end();
  const wanted = der.sequence(der.sequence(der.context(4, certificate.issuerDer)), certificate.serialDer);
  return (
    Buffer.compare(createHash(name).update(certificate.der).digest(), hash) === 0 &&
    (!issuerSerial || Buffer.compare(wholeOf(issuerSerial), wanted) === 0)
  );
}
