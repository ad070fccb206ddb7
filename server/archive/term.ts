import { z } from 'zod';
import type { CaseState } from '../cases/events.ts';
import { type Mark, marks } from '../policy/original-carriers.ts';
import type { PolicySet } from '../policy/policy-set.ts';
import { caseRetention, permanentMarks, type RetentionPeriod, retentionPeriods } from '../policy/retention.ts';
import type { RecordState } from '../records/events.ts';

/**
 * Why a term is what it is.
 * `mark`: what was marked at the camera is kept for ever. `case`: as long as the file of the case. `case-open`: that case is not archived, so
 * its years have not begun. `unlinked`: in no case, counted from its sealing. `quarantined`: in no case and not what was declared, counted
 * from its receipt. `unsealed`: not sealed yet, so nothing is counted.
 */
export const termRules = ['mark', 'case', 'case-open', 'unlinked', 'quarantined', 'unsealed'] as const;

export interface TermReason {
  rule: (typeof termRules)[number];
  mark?: Mark;
  caseId?: string;
  period?: RetentionPeriod;
}

/** How long something is kept (保管期限), and why. */
export interface Term {
  /** An instant, RFC 3339, UTC: it is kept until just before it; `open`: the end is not known yet. */
  until: 'permanent' | 'open' | string;
  because: TermReason;
}

/** A term as answers show it. */
export const termView = z.object({
  until: z.union([z.literal(['permanent', 'open']), z.iso.datetime({ precision: 3 })]),
  because: z.object({
    rule: z.enum(termRules),
    mark: z.enum(marks).optional(),
    caseId: z.string().optional(),
    period: z.enum(retentionPeriods).optional(),
  }),
});

/** What terms are counted by. */
export interface TermRules {
  policy: PolicySet;
  /** IANA time zone whose years and months are counted. */
  zone: string;
}

/** The class that a case's file is in: as appraised, else what the policy set gives its kind. */
export const periodOf = ({ retention, kind }: CaseState): RetentionPeriod =>
  retention?.period ?? caseRetention[kind].period;

/** Of a case's file: years are counted from the 1st of January after its archiving (policy/retention.ts, `countingFrom`). */
export function termOfCase(file: CaseState, { policy, zone }: TermRules): Term {
  const period = periodOf(file);
  const because = { rule: 'case' as const, caseId: file.id, period };
  if (period === 'permanent') return { until: 'permanent', because };
  if (!file.archivedAt) return { until: 'open', because: { ...because, rule: 'case-open' } };
  const { year } = Temporal.Instant.from(file.archivedAt).toZonedDateTimeISO(zone);
  const end = Temporal.PlainDate.from({ year: year + 1, month: 1, day: 1 }).add({
    years: policy[`retention.${period}`].value,
  });
  return { until: instantOf(end.toZonedDateTime(zone)), because };
}

/**
 * Of a record that is not disposed, with its original and all that proves it. `cases` holds those that it is linked to now: the longest of
 * their terms counts, and one that is not there counts as not archived. A legal hold (留置) is no term: it keeps what it is on whatever the
 * term says, and is asked for beside this.
 */
export function termOf(record: RecordState, cases: ReadonlyMap<string, CaseState>, rules: TermRules): Term {
  const { mark, caseIds, state } = record;
  if (mark && permanentMarks.marks.includes(mark)) return { until: 'permanent', because: { rule: 'mark', mark } };
  const ofCases = caseIds.map((id): Term => {
    const file = cases.get(id);
    return file ? termOfCase(file, rules) : { until: 'open', because: { rule: 'case-open', caseId: id } };
  });
  const [first, ...others] = ofCases;
  if (first) return others.reduce(longer, first);
  if (state === 'quarantined') return counted(record.receivedAt, 'quarantined', rules);
  return record.sealedAt === undefined
    ? { until: 'open', because: { rule: 'unsealed' } }
    : counted(record.sealedAt, 'unlinked', rules);
}

/** The end of a term; undefined where it has none, or none yet. */
export const endOf = ({ until }: Term): Date | undefined =>
  until === 'permanent' || until === 'open' ? undefined : new Date(until);

/** Whether a term ended at an instant or before. */
export function isOver(term: Term, now: Date): boolean {
  const end = endOf(term);
  return end !== undefined && end <= now;
}

/** The first of two that end together. */
export const longer = (a: Term, b: Term): Term => (rank(b) > rank(a) ? b : a);

/** In order of how long it is: what is open lasts longer than any instant, what is permanent longest. */
function rank({ until }: Term): number {
  if (until === 'permanent') return Number.POSITIVE_INFINITY;
  return until === 'open' ? Number.MAX_SAFE_INTEGER : Date.parse(until);
}

function counted(from: string, rule: 'unlinked' | 'quarantined', { policy, zone }: TermRules): Term {
  const end = Temporal.Instant.from(from).toZonedDateTimeISO(zone).add({ months: policy['retention.unlinked'].value });
  return { until: instantOf(end), because: { rule } };
}

const instantOf = (at: Temporal.ZonedDateTime): string => new Date(at.epochMilliseconds).toISOString();
