import { exactPem, type ReadCertificate, readPem } from './certificate.ts';
import type { Findings } from './checklist.ts';
import type { Verified } from './cms.ts';
import { ProofError } from './proof-error.ts';
import { type RevocationList, type RevocationReason, readRevocationList, revocationOf } from './revocation.ts';
import { type Imprint, imprintOf, tokenOfFile, type VerifiedTime, verifyToken } from './timestamp.ts';
import { demandIssued } from './trust-path.ts';

/** What there is to judge times by: certs/tsa.pem and certs/ca.crl, and what the verifier got another way. */
export interface TimeProofs {
  /** Certificates of time-stamping authorities, and of their issuers as far as certs/ca.pem does not have them. */
  tsa: string | undefined;
  lists: readonly RevocationList[];
}

/** Files that came along, and the revocation list that the verifier brought, which is as of today where that inside is of the day of packing. */
interface TimeFiles {
  tsa: string | undefined;
  crl: Uint8Array | undefined;
  given: Uint8Array | undefined;
}

/** Reads both files, or none: packages made before there were time stamps have neither. Throws ProofError. */
export function openTime({ tsa, crl, given }: TimeFiles, inside: string, findings: Findings): TimeProofs | undefined {
  if ((tsa === undefined) !== (crl === undefined))
    throw new ProofError('TIME_FILES', 'certs/tsa.pem and certs/ca.crl come together');
  const lists = [crl, given].filter((list) => list !== undefined);
  if (lists.length === 0) return undefined;
  const own = tsa === undefined ? [] : readPem(tsa);
  findings.demand(tsa === undefined || exactPem(tsa) === tsa, 'certs/tsa.pem is not in the exact PEM form');
  const all = [...readPem(inside), ...own];
  for (const certificate of own) demandIssued(certificate, all);
  const issuers = all.filter(({ isCa }) => isCa);
  const read = lists.map((list) => readListOf(list, issuers));
  for (const { thisUpdate } of read) findings.note(`吊销列表截至 revocation list as of ${thisUpdate.toISOString()}`);
  return { tsa, lists: read };
}

/** A list of any of these issuers. */
function readListOf(bytes: Uint8Array, issuers: readonly ReadCertificate[]): RevocationList {
  let last: unknown;
  for (const issuer of issuers) {
    try {
      return readRevocationList(bytes, issuer);
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

/** Under which certificates times are judged. */
export interface Beliefs {
  given: string | undefined;
  inside: string;
  time: TimeProofs | undefined;
}

/**
 * Demands that the signer's certificate was not revoked before the time stamp in its signature, nor that stamp's own; without a stamp, that
 * it is not revoked at all. Throws ProofError `CERT_REVOKED`.
 */
export function demandInForce({ signer, timestamp }: Verified, time: TimeProofs | undefined): void {
  demandNotRevoked(time, signer.serial, timestamp?.time);
  if (timestamp) demandNotRevoked(time, timestamp.tsa.serial, timestamp.time, true);
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

/**
 * Demands that a `.tsr` over a file that no certificate signs holds, and that its authority was not revoked. Throws ProofError `TIME_*`, `CERT_*`.
 */
export function demandFileTime(
  content: Uint8Array,
  tsr: Uint8Array,
  beliefs: Beliefs,
): VerifiedTime & { standing: TimeStanding } {
  const stamp = { token: tokenOfFile(tsr), imprint: imprintOf(content) };
  return { ...demandStamp(stamp, beliefs), standing: whose([stamp], beliefs) };
}

interface Stamped {
  token: Uint8Array;
  imprint: Imprint;
}

/** @param beside time stamps that are not in the signature. */
function standingOf(signed: Verified, beside: readonly Stamped[], beliefs: Beliefs): TimeStanding {
  const { timestamp } = signed;
  if (timestamp) authoritiesOf(beliefs);
  demandInForce(signed, beliefs.time);
  if (!timestamp) return 'none';
  for (const stamp of beside) demandStamp(stamp, beliefs);
  return whose([timestamp, ...beside], beliefs);
}

/** certs/tsa.pem, which must be there where there are time stamps. */
function authoritiesOf({ time }: Beliefs): string {
  if (time?.tsa === undefined) throw new ProofError('TIME_FILES', 'certs/tsa.pem is missing');
  return time.tsa;
}

function verifyUnder({ token, imprint }: Stamped, trust: string[], beliefs: Beliefs): VerifiedTime {
  return verifyToken({ token, imprint, trust, intermediates: [beliefs.inside, authoritiesOf(beliefs)] });
}

function demandStamp(stamp: Stamped, beliefs: Beliefs): VerifiedTime {
  const verified = verifyUnder(stamp, [beliefs.inside, authoritiesOf(beliefs)], beliefs);
  demandNotRevoked(beliefs.time, verified.tsa.serial, verified.time, true);
  return verified;
}

/** Whose time it is that stamps give which hold: the weakest of them tells. */
function whose(stamps: readonly Stamped[], beliefs: Beliefs): TimeStanding {
  const { given, inside } = beliefs;
  const holdsUnder = (stamp: Stamped, trust: string) => holds(() => verifyUnder(stamp, [trust], beliefs));
  if (stamps.some((stamp) => holdsUnder(stamp, inside))) return 'self-issued';
  return given !== undefined && stamps.every((stamp) => holdsUnder(stamp, given)) ? 'given' : 'inside';
}

/** RFC 3161 section 4: only for these reasons do the earlier time stamps of a revoked authority keep their force. */
const HARMLESS: readonly RevocationReason[] = ['affiliationChanged', 'superseded', 'cessationOfOperation'];

/**
 * What was signed, and shown by a time stamp to be, before the revocation still holds; and before the key came into doubt, where the list says
 * since when (RFC 5280 section 5.3.2).
 */
function demandNotRevoked(time: TimeProofs | undefined, serial: string, at: Date | undefined, tsa = false): void {
  for (const list of time?.lists ?? []) {
    const revoked = revocationOf(list, serial);
    if (!revoked) continue;
    const { at: revokedAt, since = revokedAt, reason } = revoked;
    const before = at !== undefined && at < revokedAt && at < since;
    if (before && (!tsa || HARMLESS.includes(reason))) continue;
    throw new ProofError('CERT_REVOKED', `${serial} was revoked at ${revokedAt.toISOString()}: ${reason}`);
  }
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

/** The time, how exact, and by whom, for a line of a report; empty without a stamp. */
export const timedBy = ({ timestamp }: Verified): string =>
  timestamp ? `${timestamp.time.toISOString()} ±${timestamp.accuracyMs ?? '?'} ms, ${timestamp.tsa.subject}` : '';
