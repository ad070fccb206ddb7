import type { Findings } from './checklist.ts';
import type { SignedLog } from './log-trust.ts';
import { type Beliefs, demandFileTime, standingWords } from './verify-time.ts';

/**
 * Demands that the time stamp of a checkpoint, when there is one, holds over its very bytes, and tells whose time the log has: that of an
 * authority, or of a witness that the verifier named. Throws ProofError `TIME_*`, `CERT_*`.
 */
export function demandAnchor(
  { note, cosignatures }: SignedLog,
  tsr: Uint8Array | undefined,
  beliefs: Beliefs,
  findings: Findings,
): void {
  const timed = tsr && demandFileTime(Buffer.from(note), tsr, beliefs);
  const standing = timed?.standing ?? 'none';
  const by = timed ? ` ${timed.time.toISOString()} ±${timed.accuracyMs ?? '?'} ms, ${timed.tsa.subject}` : '';
  findings.note(standingWords[standing] + by);
  const outside = standing === 'given' || standing === 'inside' || cosignatures.length > 0;
  if (!outside) findings.note('没有独立时间 no independent time');
}
