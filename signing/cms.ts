import { createPrivateKey, sign, verify } from 'node:crypto';
import { GeneralizedTime, OctetString, UTCTime } from 'asn1js';
import { Certificate, ContentInfo, SignedData, type SignerInfo } from 'pkijs';
import { type ReadCertificate, readCertificate, readOnePem, readPem } from './certificate.ts';
import { encodeSigned, oids, type SignedParts, signedAttributes } from './cms-profile.ts';
import { sha256 } from './digest.ts';
import { ProofError } from './proof-error.ts';
import { type Imprint, imprintOf, type VerifiedTime, verifyToken } from './timestamp.ts';
import { demandSigner, demandTrusted } from './trust-path.ts';

/** What is signed: bytes, or their SHA-256 when they are too many to hold. */
export type SignedContent = Uint8Array | { sha256: Uint8Array };

export interface Verified {
  signer: { subject: string; serial: string; notBefore: Date; notAfter: Date; certificatePem: string };
  /** As the signer's clock had it; of a PDF, as its signature dictionary says. */
  signingTime: Date;
  /** The time stamp over the signature; undefined for CAdES-B. */
  timestamp: (VerifiedTime & { token: Uint8Array; imprint: Imprint }) | undefined;
}

/** Larger signatures are refused, bytes. */
export const CMS_LIMIT = 65_536;

/** `pades`: without the signing-time attribute, as a PDF wants it. */
export type SignatureForm = 'cades' | 'pades';

/** A CAdES-B signature in the making, for a key that lies elsewhere. */
export interface Unsigned {
  /** DER of the signed attributes as a SET OF (RFC 5652 section 5.4): what the key signs, with SHA-256. */
  toBeSigned: Uint8Array;
  /**
   * The CMS, DER, with the value that the key gave: ECDSA-Sig-Value (RFC 5480) or RSASSA-PKCS1-v1_5. Throws ProofError `SIGNER_KEY` when it is not
   * by the certificate's key over `toBeSigned`.
   */
  finish(signature: Uint8Array): Uint8Array;
}

/**
 * Begins a detached CAdES-B signature by P-256 or RSA with SHA-256; see cms-profile.ts. `time` is kept to the second. Throws
 * ProofError when the certificate may not sign, or is not valid at `time`.
 */
export function beginDetached(options: {
  content: SignedContent;
  certificatePem: string;
  time: Date;
  form?: SignatureForm;
}): Unsigned {
  const certificate = readOnePem(options.certificatePem);
  demandSigner(certificate);
  const signingTime = new Date(Math.floor(options.time.getTime() / 1000) * 1000);
  if (signingTime < certificate.notBefore || signingTime > certificate.notAfter) {
    throw new ProofError('CERT_NOT_VALID_AT', `${certificate.subject} is not valid at ${signingTime.toISOString()}`);
  }
  const contentSha256 = options.content instanceof Uint8Array ? sha256(options.content) : options.content.sha256;
  if (contentSha256.length !== 32) throw new ProofError('CMS_DIGEST', 'SHA-256 has 32 bytes');
  const parts = { certificate, contentSha256, signingTime: options.form === 'pades' ? undefined : signingTime };
  const toBeSigned = signedAttributes(parts);
  return {
    toBeSigned,
    finish: (signature) => {
      if (!verify('sha256', toBeSigned, certificate.publicKey, signature))
        throw new ProofError('SIGNER_KEY', 'the key is not that of the certificate');
      return encodeSigned({ ...parts, algorithm: algorithmOf(certificate), signature });
    },
  };
}

/** A detached CAdES-B signature, DER, by a key that is here. Throws ProofError as `beginDetached` and its `finish` do. */
export function signDetached(options: {
  content: SignedContent;
  certificatePem: string;
  privateKeyPem: string;
  time: Date;
  form?: SignatureForm;
}): Uint8Array {
  const { toBeSigned, finish } = beginDetached(options);
  return finish(sign('sha256', toBeSigned, createPrivateKey(options.privateKeyPem)));
}

/** What a time stamp makes CAdES-T of: the signature's value. Throws ProofError `CMS_*` when the bytes are not a signature of ours. */
export const timestampable = (cms: Uint8Array): Imprint => imprintOf(readExactly(cms).parts.signature);

/** The signature with a time-stamp token over its value: CAdES-T. An earlier token is replaced. Throws ProofError `CMS_*`. */
export const withTimestamp = (cms: Uint8Array, timestamp: Uint8Array): Uint8Array =>
  encodeSigned({ ...readExactly(cms).parts, timestamp });

/** The CAdES-B signature that a CAdES-T one grew from, byte for byte. Throws ProofError `CMS_*`. */
export const withoutTimestamp = (cms: Uint8Array): Uint8Array =>
  encodeSigned({ ...readExactly(cms).parts, timestamp: undefined });

/** Signing clocks may be so far ahead of the authority's, milliseconds. */
const CLOCK_SKEW_MS = 5 * 60_000;

/**
 * Verifies what `signDetached` makes. What must be true, in this order: the form (CMS_MALFORMED, CMS_PROFILE), the digest of the content
 * (CMS_DIGEST_MISMATCH), every byte as our encoder writes it (CMS_NOT_CANONICAL), the signature
 * (CMS_SIGNATURE_INVALID), the certificate (CERT_*), its path to `trust` at the signing time; in CAdES-T also the time stamp over the signature
 * (TIME_*, CERT_*) under `timeTrust`, which is not before the signing time (TIME_ORDER), and the path at the time that it gives.
 * @param options.claimedTime of a PDF's signature: then there is no signing-time attribute, and this stands in its place.
 * @param options.timeTrust anchors of time-stamping authorities, PEM; without it, those of `trust`.
 * @param options.also other anchors that the signer's path must reach as well.
 * @param options.trust anchors, PEM; @param options.intermediates believed only through an anchor, PEM.
 */
export function verifyDetached(options: {
  cms: Uint8Array;
  contentSha256: Uint8Array;
  trust: readonly string[];
  intermediates?: readonly string[];
  timeTrust?: readonly string[];
  also?: { trust: readonly string[]; intermediates: readonly string[] };
  claimedTime?: Date;
}): Verified {
  const { cms, contentSha256, trust, timeTrust = trust, also, claimedTime } = options;
  const { parts, certificate } = readSigned(cms);
  if (Buffer.compare(parts.contentSha256, contentSha256) !== 0) {
    throw new ProofError('CMS_DIGEST_MISMATCH', 'the signature is of other content');
  }
  if (Buffer.compare(encodeSigned(parts), cms) !== 0) {
    throw new ProofError('CMS_NOT_CANONICAL', 'the signature is not the DER that its parts make');
  }
  if (!verify('sha256', signedAttributes(parts), certificate.publicKey, parts.signature)) {
    throw new ProofError('CMS_SIGNATURE_INVALID', 'the signature does not hold');
  }
  demandSigner(certificate);
  const signingTime = oneTime(parts.signingTime, claimedTime);
  const anchors = trust.flatMap(readPem);
  const between = (options.intermediates ?? []).flatMap(readPem);
  demandTrusted(certificate, anchors, between, signingTime);
  const stamped = { signature: parts.signature, signingTime };
  const timestamp = parts.timestamp && verifyTime(parts.timestamp, stamped, timeTrust, options.intermediates ?? []);
  if (timestamp) demandTrusted(certificate, anchors, between, timestamp.time);
  if (also) {
    const [anchors, between] = [also.trust.flatMap(readPem), also.intermediates.flatMap(readPem)];
    for (const at of timestamp ? [signingTime, timestamp.time] : [signingTime])
      demandTrusted(certificate, anchors, between, at);
  }
  const { subject, serial, notBefore, notAfter, pem } = certificate;
  return {
    signer: { subject, serial, notBefore, notAfter, certificatePem: pem },
    signingTime,
    timestamp,
  };
}

/** The time of signing stands in one place: in the signature, or beside it. */
function oneTime(attribute: Date | undefined, claimed: Date | undefined): Date {
  const time = attribute ?? claimed;
  if (!time || (attribute && claimed)) profile('the time of signing is not there just once');
  return time;
}

function verifyTime(
  token: Uint8Array,
  { signature, signingTime }: { signature: Uint8Array; signingTime: Date },
  trust: readonly string[],
  intermediates: readonly string[],
): Verified['timestamp'] {
  const imprint = imprintOf(signature);
  const verified = verifyToken({ token, imprint, trust, intermediates });
  if (signingTime.getTime() > verified.time.getTime() + CLOCK_SKEW_MS)
    throw new ProofError('TIME_ORDER', 'the time stamp is older than the signature says that it is');
  return { ...verified, token, imprint };
}

function readExactly(cms: Uint8Array) {
  const read = readSigned(cms);
  if (Buffer.compare(encodeSigned(read.parts), cms) !== 0) {
    throw new ProofError('CMS_NOT_CANONICAL', 'the signature is not the DER that its parts make');
  }
  return read;
}

function readSigned(cms: Uint8Array): { parts: SignedParts; certificate: ReadCertificate } {
  const { certificate: inside, signer, attributes, timestamp } = parse(cms);
  const value = (id: string) => attributes.get(id) ?? profile(`the attribute ${id} is missing`);
  const certificate = readCertificate(new Uint8Array(inside.toSchema().toBER()));
  const digest = value(oids.messageDigest);
  const time = attributes.get(oids.signingTime);
  if (!(digest instanceof OctetString)) profile('message-digest is no octet string');
  const isTime = time instanceof UTCTime || time instanceof GeneralizedTime;
  if (time !== undefined && !isTime) profile('signing-time is no time');
  const signingTime = isTime ? time.toDate() : undefined;
  if (Number.isNaN(signingTime?.getTime())) profile('signing-time is no time');
  const parts = {
    certificate,
    algorithm: algorithmOf(certificate),
    contentSha256: digest.valueBlock.valueHexView,
    signingTime,
    signature: signer.signature.valueBlock.valueHexView,
    timestamp,
  };
  return { parts, certificate };
}

/** The parts by pkijs; what it lets pass is caught when the bytes are made anew. */
function parse(cms: Uint8Array) {
  if (cms.length > CMS_LIMIT) throw new ProofError('CMS_MALFORMED', `larger than ${CMS_LIMIT} bytes`);
  let data: SignedData;
  try {
    const info = ContentInfo.fromBER(Uint8Array.from(cms));
    if (info.contentType !== oids.signedData) throw new Error('no SignedData');
    data = new SignedData({ schema: info.content });
  } catch (cause) {
    throw new ProofError('CMS_MALFORMED', 'not a CMS signature (RFC 5652)', { cause });
  }
  const [certificate, ...otherCertificates] = data.certificates ?? [];
  const [signer, ...otherSigners] = data.signerInfos as SignerInfo[];
  if (!(certificate instanceof Certificate) || otherCertificates.length > 0)
    profile("only the signer's certificate inside");
  if (!signer || otherSigners.length > 0) profile('one signer');
  // Of an attribute whose set is empty pkijs leaves no values at all.
  const firstOf = ({ type, values }: { type: string; values?: unknown[] }) => [type, values?.[0]] as const;
  const attributes = new Map(signer.signedAttrs?.attributes.map(firstOf));
  return { certificate, signer, attributes, timestamp: timestampOf(signer) };
}

/** The exact bytes of the one unsigned attribute that may be there. */
function timestampOf({ unsignedAttrs }: SignerInfo): Uint8Array | undefined {
  if (!unsignedAttrs) return undefined;
  const [attribute, ...others] = unsignedAttrs.attributes;
  const [value, ...more] = (attribute?.values ?? []) as { valueBeforeDecodeView: Uint8Array }[];
  if (attribute?.type !== oids.signatureTimestamp || others.length > 0 || !value || more.length > 0)
    profile('no unsigned attribute but one time stamp');
  return value.valueBeforeDecodeView;
}

const algorithmOf = ({ publicKey }: ReadCertificate): SignedParts['algorithm'] =>
  publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ecdsa';

function profile(reason: string): never {
  throw new ProofError('CMS_PROFILE', reason);
}
