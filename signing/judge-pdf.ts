import { createHash } from 'node:crypto';
import { readPem } from './certificate.ts';
import { sequence } from './der.ts';
import type { DocumentSignature } from './document-signature.ts';
import { type ForeignSignature, foreignHolds, readForeign } from './foreign-cms.ts';
import { type ByteSource, findPdfSignatures, type PdfSignature, signedParts } from './pdf-signatures.ts';
import { ProofError } from './proof-error.ts';
import { type Imprint, type ImprintName, verifyToken } from './timestamp.ts';
import { readToken } from './timestamp-token.ts';
import { demandForDocuments, demandKey, demandTrusted } from './trust-path.ts';
import { lengthOf } from './verify-pdf.ts';

/** Whom an installation believes in documents that come in signed. */
export interface DocumentTrust {
  /** Anchors, PEM: of signers and of time-stamping authorities. */
  roots: readonly string[];
  /** Stands for the time of signing where a signature tells none. */
  now: Date;
}

/** Signed by a time-stamping authority alone (ISO 32000-2 section 12.8.5), and by people (ISO 32000-1 table 257, ETSI EN 319 142-1). */
const STAMP = 'ETSI.RFC3161';
const CADES = 'ETSI.CAdES.detached';
const FORMATS = [CADES, 'adbe.pkcs7.detached'];

/**
 * What is found of every signature in a PDF that came in: one that is bad is a finding, and what is not understood is said to be not checked. Bytes are
 * read by parts; nothing in them makes it throw.
 */
export const judgePdf = (source: ByteSource, trust: DocumentTrust): DocumentSignature[] =>
  findPdfSignatures(source).map((found) =>
    'fault' in found ? { result: 'invalid', reason: found.fault } : judge(source, found, trust),
  );

function judge(source: ByteSource, signature: PdfSignature, trust: DocumentTrust): DocumentSignature {
  const { contents, subFilter, laterBytes } = signature;
  const about = { format: subFilter, ...(laterBytes > 0 && { laterBytes }) };
  const digestBy = (name: ImprintName) => digestOf(source, signature, name);
  const der = contents.subarray(0, lengthOf(contents));
  try {
    if (contents.subarray(der.length).some((byte) => byte !== 0))
      throw new Error('Contents has something behind the signature');
    if (subFilter === STAMP) return { ...about, ...judgeStamp(der, digestBy, trust) };
    if (!FORMATS.includes(subFilter)) throw new Error('this format is not understood');
    return { ...about, ...judgeSignature(readForeign(der), signature, digestBy, trust) };
  } catch (error) {
    return { ...about, result: 'not-checked', reason: (error as Error).message };
  }
}

type Stamped = NonNullable<DocumentSignature['stamped']>;
type DigestBy = (name: ImprintName) => Uint8Array;

function judgeStamp(token: Uint8Array, digestBy: DigestBy, trust: DocumentTrust): DocumentSignature {
  const { name } = readToken(token).info.imprint;
  const stamped = timeOf(token, { name, digest: digestBy(name) }, trust);
  if (typeof stamped === 'string') return { result: 'invalid', reason: stamped };
  return { result: stamped.trusted ? 'valid' : 'unknown-issuer', stamped };
}

function judgeSignature(
  foreign: ForeignSignature,
  { subFilter, claimedTime = foreign.claimedTime }: PdfSignature,
  digestBy: DigestBy,
  trust: DocumentTrust,
): DocumentSignature {
  const { signer, parts, token, digest } = foreign;
  const about = {
    signer: { subject: signer.subject, serial: signer.serial },
    ...(claimedTime && { claimedAt: claimedTime.toISOString() }),
  };
  const invalid = (reason: string) => ({ ...about, result: 'invalid' as const, reason });
  if (Buffer.compare(digestBy(digest), foreign.contentDigest) !== 0) return invalid('CMS_DIGEST_MISMATCH');
  if (!foreignHolds(foreign, subFilter === CADES)) return invalid('CMS_SIGNATURE_INVALID');
  const stamped = token && timeOf(token, imprintBy(token, parts.signature), trust);
  if (typeof stamped === 'string') return invalid(stamped);
  const found = { ...about, ...(stamped && { stamped }) };
  const at = stamped?.trusted ? new Date(stamped.at) : (claimedTime ?? trust.now);
  try {
    demandTrusted(signer, trust.roots.flatMap(readPem), foreign.certificates, at);
    demandKey(signer);
    demandForDocuments(signer);
    return { ...found, result: 'valid' };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return { ...found, result: error.code === 'CERT_UNTRUSTED' ? 'unknown-issuer' : 'invalid', reason: error.code };
  }
}

function imprintBy(token: Uint8Array, bytes: Uint8Array): Imprint {
  const { name } = readToken(token).info.imprint;
  return { name, digest: createHash(name).update(bytes).digest() };
}

/** What a token says, or the code of why it does not hold. One that holds under nobody whom we know is told of, and not trusted. */
function timeOf(token: Uint8Array, imprint: Imprint, { roots }: DocumentTrust): Stamped | string {
  try {
    const { time, tsa } = verifyToken({ token, imprint, trust: roots });
    return { at: time.toISOString(), by: tsa.subject, trusted: true };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    if (error.code !== 'CERT_UNTRUSTED') return error.code;
    const { info, certificates, parts } = readToken(token);
    const named = certificates.find(
      ({ issuerDer, serialDer }) => Buffer.compare(sequence(issuerDer, serialDer), parts.signerDer) === 0,
    );
    return { at: info.time.toISOString(), by: named?.subject ?? '', trusted: false };
  }
}

function digestOf(source: ByteSource, signature: PdfSignature, name: ImprintName): Uint8Array {
  const hash = createHash(name);
  for (const part of signedParts(source, signature)) hash.update(part);
  return hash.digest();
}
