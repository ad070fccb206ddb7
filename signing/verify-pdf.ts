import { createHash } from 'node:crypto';
import type { Findings, Words } from './checklist.ts';
import type { Verified } from './cms.ts';
import { bytesSource, findPdfSignatures, signedParts } from './pdf-signatures.ts';
import { ProofError } from './proof-error.ts';
import { signedBy, type Trust, verifyBySigner } from './trust.ts';
import { demandInForce, timedBy } from './verify-time.ts';

const SUBFILTER = 'ETSI.CAdES.detached';

/**
 * Verifies a PDF of ours (PAdES, ETSI EN 319 142-1): one signature over the whole file but itself, by the signer of certs/signer.pem. Contents is the
 * signature in lower-case digits, filled up with zeros, so that no byte can be another. Throws ProofError `PDF_*` and what verifyBySigner throws.
 */
export function verifyPaper(pdf: Uint8Array, trust: Trust): Verified {
  const source = bytesSource(pdf);
  const [signature, ...others] = findPdfSignatures(source);
  if (!signature || others.length > 0) throw new ProofError('PDF_SIGNATURES', 'expected one signature');
  if ('fault' in signature) throw new ProofError('PDF_SIGNATURES', signature.fault);
  const { contents, contentsText, claimedTime, laterBytes, subFilter } = signature;
  if (laterBytes > 0) throw new ProofError('PDF_NOT_WHOLE', `${laterBytes} bytes are not signed`);
  if (subFilter !== SUBFILTER || !claimedTime) throw new ProofError('PDF_SIGNATURES', `not ${SUBFILTER} with its time`);
  const cms = contents.subarray(0, lengthOf(contents));
  const exact = Buffer.from(cms).toString('hex').padEnd(contentsText.length, '0');
  if (exact !== contentsText) throw new ProofError('PDF_CONTENTS', 'Contents is not in its exact form');
  const digest = createHash('sha256');
  for (const part of signedParts(source, signature)) digest.update(part);
  return verifyBySigner(cms, digest.digest(), trust, claimedTime);
}

/** Words of the check of a paper. */
export const paperWords = (id: string, path: string): Words => [
  id,
  `${path} 的签名有效，覆盖全部字节，证书未被吊销`,
  `the signature of ${path} holds, covers every byte, and no certificate was revoked`,
];

/** As verifyPaper, under certificates that were in force. */
export function demandPaper(pdf: Uint8Array, trust: Trust, findings: Findings): void {
  const verified = verifyPaper(pdf, trust);
  demandInForce(verified, trust.time);
  findings.note([signedBy(verified), timedBy(verified)].filter(Boolean).join(', '));
}

/** Length of the DER element at the start; the rest fills Contents up. */
export function lengthOf(der: Uint8Array): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const digits = der.subarray(2, 2 + (first & 0x7f));
  return 2 + digits.length + digits.reduce((value, byte) => value * 256 + byte, 0);
}
