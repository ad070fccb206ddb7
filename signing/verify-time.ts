import { exactPem, readPem } from './certificate.ts';
import type { Findings } from './checklist.ts';
import type { Verified } from './cms.ts';
import { ProofError } from './proof-error.ts';
import { type RevocationList, readRevocationList, revocationOf } from './revocation.ts';
import { type Imprint, tokenOfFile, type VerifiedTime, verifyToken } from './timestamp.ts';
import { demandIssued } from './trust-path.ts';

/** What came along to judge times by: certs/tsa.pem and certs/ca.crl. */
export interface TimeProofs {
  /** Certificates of time-stamping authorities, and of their issuers as far as certs/ca.pem does not have them. */
  tsa: string;
  list: RevocationList;
}

/** Reads both files, or none: packages made before there were time stamps have neither. Throws ProofError. */
export function openTime(
  tsa: string | undefined,
  crl: Uint8Array | undefined,
  inside: string,
  findings: Findings,
): TimeProofs | undefined {
  if (tsa === undefined && crl === undefined) return undefined;
  if (tsa === undefined || crl === undefined)
    throw new ProofError('TIME_FILES', 'certs/tsa.pem and certs/ca.crl come together');
  findings.demand(exactPem(tsa) === tsa, 'certs/tsa.pem is not in the exact PEM form');
  const all = [...readPem(inside), ...readPem(tsa)];
  for (const certificate of readPem(tsa)) demandIssued(certificate, all);
  const issuers = all.filter(({ isCa }) => isCa);
  let last: unknown;
  for (const issuer of issuers) {
    try {
      return { tsa, list: readRevocationList(crl, issuer) };
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

interface Timed {
  signed: Verified;
  contentSha256: Uint8Array;
  /** The separate time stamp over the content, as a `.tsr` file. */
  tsr: Uint8Array | undefined;
}

interface Beliefs {
  given: string | undefined;
  inside: string;
  time: TimeProofs | undefined;
}

/** `self-issued`: by the authority of the signature itself; `inside`: under a root that only came along; `given`: under one that the verifier brought. */
export type TimeStanding = 'none' | 'self-issued' | 'inside' | 'given';

/**
 * Demands that the time stamp in the signature and the `.tsr` over its content are there together and both hold, and that neither
 * certificate was revoked before. Throws ProofError `TIME_*`, `CERT_*`.
 */
export function demandTime({ signed, contentSha256, tsr }: Timed, beliefs: Beliefs): TimeStanding {
  if ((signed.timestamp === undefined) !== (tsr === undefined))
    throw new ProofError('TIME_FILES', 'the time stamp in the signature and the .tsr file come together');
  const imprint = { name: 'sha256', digest: contentSha256 } as const;
  return standingOf(signed, tsr ? [{ token: tokenOfFile(tsr), imprint }] : [], beliefs);
}

/** The same of a signature that has no `.tsr` beside it. */
export const demandSignatureTime = (signed: Verified, beliefs: Beliefs): TimeStanding =>
  standingOf(signed, [], beliefs);

interface Stamped {
  token: Uint8Array;
  imprint: Imprint;
}

/** @param beside time stamps that are not in the signature. */
function standingOf(
  { timestamp, signer }: Verified,
  beside: readonly Stamped[],
  { given, inside, time }: Beliefs,
): TimeStanding {
  if (timestamp && !time) throw new ProofError('TIME_FILES', 'certs/tsa.pem is missing');
  demandNotRevoked(time?.list, signer.serial, timestamp?.time);
  if (!timestamp || !time) return 'none';
  const under = ({ token, imprint }: Stamped, trust: string[]) =>
    verifyToken({ token, imprint, trust, intermediates: [inside, time.tsa] });
  const verified = beside.map((stamp) => under(stamp, [inside, time.tsa]));
  for (const { tsa, time: at } of [timestamp, ...verified]) demandNotRevoked(time.list, tsa.serial, at, true);
  const stamps = [timestamp, ...beside];
  if (stamps.some((stamp) => holds(() => under(stamp, [inside])))) return 'self-issued';
  return given !== undefined && stamps.every((stamp) => holds(() => under(stamp, [given]))) ? 'given' : 'inside';
}

/** RFC 5280 section 6.3: what was signed, and shown by a time stamp to be, before the revocation still holds. */
function demandNotRevoked(list: RevocationList | undefined, serial: string, at: Date | undefined, tsa = false): void {
  const revoked = list && revocationOf(list, serial);
  if (!revoked || (at && at < revoked.at && !(tsa && revoked.reason === 'keyCompromise'))) return;
  throw new ProofError('CERT_REVOKED', `${serial} was revoked at ${revoked.at.toISOString()}: ${revoked.reason}`);
}

function holds(verify: () => VerifiedTime): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}

/** What a standing means, in words. */
export const standingWords: Record<TimeStanding, string> = {
  none: '无时间戳：时间仅为本机时钟 no time stamp: times are the machine’s own',
  'self-issued':
    '自签时间戳：由签名所用的同一机构签发，只证明先后，不证明独立时间 self-issued time stamp: by the authority of the signature itself; it proves order, not independent time',
  inside:
    '时间戳机构的根证书取自包内，其独立性未经证明 the root of the time-stamping authority came from inside: its independence is not shown',
  given: '时间戳机构由核验者信任 the time-stamping authority is trusted by the verifier',
};

export const timedBy = ({ timestamp }: Verified): string =>
  timestamp ? `${timestamp.time.toISOString()} ±${timestamp.accuracyMs ?? '?'} ms, ${timestamp.tsa.subject}` : '';
