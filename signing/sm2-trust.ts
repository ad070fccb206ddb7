import { exactPem } from './certificate.ts';
import type { Findings } from './checklist.ts';
import { ProofError } from './proof-error.ts';
import { demandSm2 } from './sm2.ts';
import { demandSm2Trusted, isSm2Closed, readSm2Pem, type Sm2Certificate } from './sm2-certificate.ts';

/** Whom SM2 signatures are believed under: what came along, and what the verifier brought. */
export interface Sm2Trust {
  /** certs/sm2.pem. */
  signers: readonly Sm2Certificate[];
  /** certs/sm2-ca.pem. */
  inside: readonly Sm2Certificate[];
  given: readonly Sm2Certificate[] | undefined;
}

/** Reads the certificates that came with a package; their text must be exactly what RFC 7468 tools write. Throws ProofError `CERT_*`. */
export function openSm2Trust(signers: string, ca: string, given: string | undefined, findings: Findings): Sm2Trust {
  for (const [path, text] of Object.entries({ 'certs/sm2.pem': signers, 'certs/sm2-ca.pem': ca }))
    findings.demand(exactPem(text) === text, `${path} is not in the exact PEM form`);
  const inside = readSm2Pem(ca);
  findings.demand(isSm2Closed(inside), 'certs/sm2-ca.pem does not reach a root');
  findings.note(
    given === undefined
      ? 'SM2 信任根取自包内，请另行取得并用 --sm2-trust 指定 SM2 trust came from inside: get the root another way and give it'
      : 'SM2 信任根由核验者提供 SM2 trust was given by the verifier',
  );
  findings.note('未查 SM2 证书的吊销状态 revocation of SM2 certificates is not looked up');
  return { signers: readSm2Pem(signers), inside, given: given === undefined ? undefined : readSm2Pem(given) };
}

/**
 * Demands that one of the signers signed the content, and that its certificate is believed at `at`: under what came along, and under what was given
 * where there is any. Throws ProofError `SM2_*`, `CERT_*`.
 */
export function demandSm2Signed(
  content: Uint8Array,
  signature: Uint8Array,
  at: Date,
  { signers, inside, given }: Sm2Trust,
): Sm2Certificate {
  const signer = signers.find(({ point }) => holds(content, signature, point));
  if (!signer) throw new ProofError('SM2_SIGNATURE_INVALID', 'the SM2 signature is of none of certs/sm2.pem');
  demandSm2Trusted(signer, inside, [], at);
  if (given) demandSm2Trusted(signer, given, inside, at);
  return signer;
}

function holds(content: Uint8Array, signature: Uint8Array, point: Uint8Array): boolean {
  try {
    demandSm2(content, signature, point);
    return true;
  } catch {
    return false;
  }
}
