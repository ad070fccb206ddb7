import { readOnePem } from '../../signing/certificate.ts';
import { sha256Hex } from '../../signing/digest.ts';
import type { RevocationReason } from '../../signing/revocation.ts';
import { Fault, invalid } from '../errors.ts';
import type { CertificateEvent, CertificateState } from './events.ts';

export interface Revocation {
  reason: RevocationReason;
  /** From when on the key is doubted. */
  since?: Date | undefined;
}

export type Issuing = Pick<CertificateState, 'use' | 'holder'>;

/** What the ledger says of a new certificate; nothing when it says so already. */
export function issue(
  state: CertificateState | undefined,
  certificatePem: string,
  { use, holder }: Issuing,
): CertificateEvent[] {
  if (state) return [];
  const { der, subject, notBefore, notAfter } = readOnePem(certificatePem);
  const data = {
    ...{ use, certificate: certificatePem, subject, sha256: sha256Hex(der) },
    ...(holder && { holder }),
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
  };
  return [{ type: 'certificate.issued', data }];
}

/**
 * Once revoked is for ever; to say later that the key was stolen all the same is allowed. A root is not revoked by its own list
 * (docs/operations.md tells what to do). Throws NOT_FOUND, STATE_NOT_ALLOWED, VALIDATION.
 */
export function revoke(
  state: CertificateState | undefined,
  { reason, since }: Revocation,
  now: Date,
): CertificateEvent[] {
  if (!state) throw new Fault('NOT_FOUND');
  if (state.use === 'root') throw new Fault('STATE_NOT_ALLOWED', { params: { state: 'root' } });
  if (since && since > now) throw invalid('/since', 'it is not past yet');
  const worse = reason === 'keyCompromise' && state.revoked?.reason !== 'keyCompromise';
  if (state.revoked && !worse) return [];
  // Up to the next whole second: what was stamped until now was stamped before.
  const at = new Date(Math.ceil(now.getTime() / 1000) * 1000).toISOString();
  const doubted = since && { since: new Date(Math.floor(since.getTime() / 1000) * 1000).toISOString() };
  return [{ type: 'certificate.revoked', data: { reason, at, ...doubted } }];
}
