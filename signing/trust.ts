import { exactPem, readOnePem, readPem } from './certificate.ts';
import type { Findings } from './checklist.ts';
import { type Verified, verifyDetached } from './cms.ts';
import { ProofError } from './proof-error.ts';
import { isClosed } from './trust-path.ts';
import type { TimeProofs } from './verify-time.ts';

/** Whom a verification believes: what the verifier brought, else what the package itself carries. */
export interface Trust {
  /** PEM given by the verifier; undefined when there is none. */
  given: string | undefined;
  /** certs/ca.pem. */
  inside: string;
  /** certs/signer.pem. */
  signer: string;
  /** certs/tsa.pem and the revocation lists; undefined when there are none. */
  time: TimeProofs | undefined;
}

/** Reads the certificates that came with a package; their text must be exactly what RFC 7468 tools write. */
export function openTrust(
  given: string | undefined,
  inside: string,
  signer: string,
  findings: Findings,
): Omit<Trust, 'time'> {
  findings.demand(exactPem(inside) === inside, 'certs/ca.pem is not in the exact PEM form');
  findings.demand(isClosed(readPem(inside)), 'certs/ca.pem does not reach a root');
  findings.demand(readOnePem(signer).pem === signer, 'certs/signer.pem is not in the exact PEM form');
  if (given === undefined) {
    findings.note('信任根取自包内：只能证明内容前后一致，不能证明由谁签署；请另行取得根证书并用 --trust 指定');
    findings.note(
      'trust came from inside: this proves that the parts agree, not who signed; get the root another way and give it',
    );
  } else {
    readPem(given);
    findings.note('信任根由核验者提供 trust was given by the verifier');
  }
  return { given, inside, signer };
}

/**
 * Verifies a signature under the certificates inside, and under those given where there are any, so that neither set can be
 * out of step unnoticed. Throws ProofError as verifyDetached does.
 */
export function verifyTrusted(
  cms: Uint8Array,
  contentSha256: Uint8Array,
  { given, inside, time }: Trust,
  claimedTime?: Date,
): Verified {
  const timeTrust = [inside, ...(time?.tsa === undefined ? [] : [time.tsa])];
  const content = { cms, contentSha256, timeTrust, ...(claimedTime && { claimedTime }) };
  const also = given === undefined ? undefined : { trust: [given], intermediates: [inside] };
  return verifyDetached({ ...content, trust: [inside], ...(also && { also }) });
}

/** As verifyTrusted, and the signer must be the one of certs/signer.pem. */
export function verifyBySigner(cms: Uint8Array, contentSha256: Uint8Array, trust: Trust, claimedTime?: Date): Verified {
  const verified = verifyTrusted(cms, contentSha256, trust, claimedTime);
  if (verified.signer.certificatePem !== trust.signer) {
    throw new ProofError('SIGNER_OTHER', 'signed by another certificate than certs/signer.pem');
  }
  return verified;
}

/** Who signed and when, for a line of a report. */
export const signedBy = ({ signer, signingTime }: Verified): string =>
  `${signer.subject} (${signer.serial}) ${signingTime.toISOString()}`;
