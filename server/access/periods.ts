import { z } from 'zod';
import { Fault, invalid } from '../errors.ts';

/** A span of time: `from` belongs to it, `to` does not; without `to` it is open. RFC 3339 in UTC with milliseconds, so text order is time order. */
export interface Period {
  from: string;
  to?: string;
}

/** An instant from outside, in any offset, as UTC. */
export const instantIn = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value).toISOString())
  .pipe(z.iso.datetime({ precision: 3 }));

/** An instant as events keep it. */
export const instantKept = z.iso.datetime({ precision: 3 });

export const covers = ({ from, to }: Period, at: string) => from <= at && (to === undefined || at < to);

export const overlap = (a: Period, b: Period) =>
  (b.to === undefined || a.from < b.to) && (a.to === undefined || b.from < a.to);

/** Whether a span may be made to end at an instant. Throws STATE_NOT_ALLOWED for one that is over, VALIDATION of `/at` for an end before its beginning. */
export function requireEndable({ from, to }: Period, at: string, now: string): void {
  if (to !== undefined && to <= now) throw new Fault('STATE_NOT_ALLOWED', { params: { state: 'ended' } });
  if (at < from) throw invalid('/at', 'before its beginning');
}

/** The distinct departments of the memberships that hold at an instant. */
export const departmentsAt = (memberships: readonly (Period & { departmentId: string })[], at: string) => [
  ...new Set(memberships.filter((membership) => covers(membership, at)).map(({ departmentId }) => departmentId)),
];
