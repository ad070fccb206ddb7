import { ProofError } from './proof-error.ts';
import { fieldsOf, isCount, isInstant, isText } from './shape.ts';

/**
 * `valid`: it holds over these bytes, under a root that the installation trusts. `unknown-issuer`: it holds, and nobody here knows the issuer. `invalid`: it does
 * not hold. `not-checked`: it is of a kind that is not understood, and nothing is said of it.
 */
export const documentResults = ['valid', 'unknown-issuer', 'invalid', 'not-checked'] as const;
export type DocumentResult = (typeof documentResults)[number];

/** What was found of one signature in a document that came in signed. Whether a certificate was revoked is not asked. */
export interface DocumentSignature {
  /** As its dictionary says (SubFilter), e.g. `ETSI.CAdES.detached`; absent when it cannot be read. */
  format?: string;
  result: DocumentResult;
  /** Why it is not valid: a code of ours, or words. */
  reason?: string;
  /** Distinguished name and serial number (hex) of the certificate. */
  signer?: { subject: string; serial: string };
  /** By the signer's clock; RFC 3339, UTC, milliseconds. */
  claimedAt?: string;
  /** By a time stamp in it; `trusted`: under a root that the installation trusts. */
  stamped?: { at: string; by: string; trusted: boolean };
  /** Bytes behind what is signed: what was added later. */
  laterBytes?: number;
}

/** So many signatures of one document are told of. */
export const DOCUMENT_SIGNATURES = 32;

const OPTIONAL = ['format', 'reason', 'signer', 'claimedAt', 'stamped', 'laterBytes'];

/** Demands that a value of a manifest is a list of findings, not empty. Throws ProofError `MANIFEST_INVALID`. */
export function checkDocumentSignatures(value: unknown): void {
  demand(Array.isArray(value) && value.length > 0 && value.length <= DOCUMENT_SIGNATURES);
  for (const item of value as unknown[]) {
    const fields = fieldsOf(item, ['result'], OPTIONAL, 'MANIFEST_INVALID', 'documentSignatures');
    const has = (name: string) => Object.hasOwn(fields, name);
    demand((documentResults as readonly unknown[]).includes(fields.result));
    for (const name of ['format', 'reason']) demand(!has(name) || isText(fields[name]));
    demand(!has('claimedAt') || isInstant(fields.claimedAt));
    demand(!has('laterBytes') || isCount(fields.laterBytes));
    if (has('signer')) {
      const signer = fieldsOf(fields.signer, ['subject', 'serial'], [], 'MANIFEST_INVALID', 'signer');
      demand(typeof signer.subject === 'string' && isText(signer.serial));
    }
    if (has('stamped')) {
      const stamped = fieldsOf(fields.stamped, ['at', 'by', 'trusted'], [], 'MANIFEST_INVALID', 'stamped');
      demand(isInstant(stamped.at) && typeof stamped.by === 'string' && typeof stamped.trusted === 'boolean');
    }
  }
}

function demand(holds: boolean): void {
  if (!holds) throw new ProofError('MANIFEST_INVALID', 'manifest: documentSignatures is not as it must be');
}
