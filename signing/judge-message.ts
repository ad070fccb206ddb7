import { createHash } from 'node:crypto';
import type { DocumentSignature } from './document-signature.ts';
import { readMessage } from './foreign-cms.ts';
import { type DocumentTrust, judgeSignature } from './judge-signature.ts';

/**
 * What is found of the signature of a CMS message (RFC 5652) that came in with its content inside: one that is bad is a finding, and what is not
 * understood (a signature alone, several signers, BER) is said to be not checked. Nothing in it makes it throw.
 */
export function judgeMessage(cms: Uint8Array, trust: DocumentTrust): DocumentSignature {
  const format = 'CMS';
  try {
    const { content, ...foreign } = readMessage(cms);
    const digestBy = (name: string) => createHash(name).update(content).digest();
    return { format, ...judgeSignature(foreign, { digestBy, trust }) };
  } catch (error) {
    return { format, result: 'not-checked', reason: (error as Error).message };
  }
}
