import { createHash } from 'node:crypto';
import { readPem } from './certificate.ts';
import { sequence } from './der.ts';
import type { DocumentSignature } from './document-signature.ts';
import { type ForeignSignature, foreignHolds } from './foreign-cms.ts';
import { ProofError } from './proof-error.ts';
import { type Imprint, type ImprintName, verifyToken } from './timestamp.ts';
import { readToken } from './timestamp-token.ts';
import { demandForDocuments, demandKey, demandTrusted } from './trust-path.ts';

/** Whom an installation believes in documents that come in signed. */
export interface DocumentTrust {
  /** Anchors, PEM: of signers and of time-stamping authorities. */
  roots: readonly string[];
  /** Stands for the time of signing where a signature tells none. */
  now: Date;
}

type Stamped = NonNullable<DocumentSignature['stamped']>;
export type DigestBy = (name: ImprintName) => Uint8Array;

interface Asked {
  cades?: boolean;
  claimedTime?: Date | undefined;
  digestBy: DigestBy;
  trust: DocumentTrust;
}

/**
 * What is found of a CMS signature in a document that came in. `cades`: its attributes must name its certificate; `claimedTime`: what the document says;
 * `digestBy`: of what it signs. Throws what the token in it cannot be read by.
 */
export function judgeSignature(foreign: ForeignSignature, asked: Asked): DocumentSignature {
  const { cades, claimedTime = foreign.claimedTime, digestBy, trust } = asked;
  const { signer, parts, token, digest } = foreign;
  const about = {
    signer: { subject: signer.subject, serial: signer.serial },
    ...(claimedTime && { claimedAt: claimedTime.toISOString() }),
  };
  const invalid = (reason: string) => ({ ...about, result: 'invalid' as const, reason });
  if (Buffer.compare(digestBy(digest), foreign.contentDigest) !== 0) return invalid('CMS_DIGEST_MISMATCH');
  if (!foreignHolds(foreign, cades)) return invalid('CMS_SIGNATURE_INVALID');
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
export function timeOf(token: Uint8Array, imprint: Imprint, { roots }: DocumentTrust): Stamped | string {
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
