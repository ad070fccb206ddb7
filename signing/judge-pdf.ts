import { createHash } from 'node:crypto';
import type { DocumentSignature } from './document-signature.ts';
import { readForeign } from './foreign-cms.ts';
import { type DigestBy, type DocumentTrust, judgeSignature, timeOf } from './judge-signature.ts';
import { type ByteSource, findPdfSignatures, type PdfSignature, signedParts } from './pdf-signatures.ts';
import type { ImprintName } from './timestamp.ts';
import { readToken } from './timestamp-token.ts';
import { lengthOf } from './verify-pdf.ts';

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
    return {
      ...about,
      ...judgeSignature(readForeign(der), {
        cades: subFilter === CADES,
        claimedTime: signature.claimedTime,
        digestBy,
        trust,
      }),
    };
  } catch (error) {
    return { ...about, result: 'not-checked', reason: (error as Error).message };
  }
}

function judgeStamp(token: Uint8Array, digestBy: DigestBy, trust: DocumentTrust): DocumentSignature {
  const { name } = readToken(token).info.imprint;
  const stamped = timeOf(token, { name, digest: digestBy(name) }, trust);
  if (typeof stamped === 'string') return { result: 'invalid', reason: stamped };
  return { result: stamped.trusted ? 'valid' : 'unknown-issuer', stamped };
}

function digestOf(source: ByteSource, signature: PdfSignature, name: ImprintName): Uint8Array {
  const hash = createHash(name);
  for (const part of signedParts(source, signature)) hash.update(part);
  return hash.digest();
}
