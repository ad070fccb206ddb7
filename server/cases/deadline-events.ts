import { z } from 'zod';
import { type EntryMeta, type EventOf, personal } from '../ledger/kind.ts';
import { stages } from '../policy/case-kinds.ts';
import { deadlineNames } from '../policy/deadlines.ts';

/** Days are YYYY-MM-DD in the zone of the service. */
const day = z.iso.date();
const end = { due: day, provisional: z.boolean() };
const reason = personal(z.string().max(500));

/** What can have happened to the deadlines of a case; part of its own events. */
export const deadlineEvents = {
  /** `entered`: which of the case's stages started it, counted from 0. Value and unit are those in force on that day. */
  'case.deadline-set': {
    v: 1,
    data: z.strictObject({
      id: z.string(),
      name: z.enum(deadlineNames),
      entered: z.int().nonnegative(),
      from: day,
      value: z.int().positive(),
      unit: z.enum(['days', 'workdays']),
      ...end,
    }),
  },
  /** The calendar is another than when it was counted. */
  'case.deadline-recounted': { v: 1, data: z.strictObject({ id: z.string(), ...end }) },
  /** By so many more of its unit, as was approved; `basis` is the rule that lets it. */
  'case.deadline-extended': {
    v: 1,
    data: z.strictObject({
      ...{ id: z.string(), value: z.int().positive(), basis: z.string().max(500), approvedOn: day, reason },
      ...end,
    }),
  },
  /** By entering `stage`, or because a person says so, with a reason. `on`: the day of what it waited for. */
  'case.deadline-ended': {
    v: 1,
    data: z.strictObject({
      ...{ id: z.string(), on: day, late: z.boolean() },
      ...{ stage: z.enum(stages).optional(), reason: reason.optional() },
    }),
  },
} as const;

export type DeadlineEvent = EventOf<typeof deadlineEvents>;
type Data<T extends DeadlineEvent['type']> = Extract<DeadlineEvent, { type: T }>['data'];
type Done<T extends DeadlineEvent['type'], K extends string> = Omit<Data<T>, K> & { by: string; at: string };

export interface CaseDeadline extends Data<'case.deadline-set'> {
  extensions: Done<'case.deadline-extended', 'id' | 'due' | 'provisional'>[];
  ended?: Done<'case.deadline-ended', 'id'>;
}

export const isRunning = ({ ended }: CaseDeadline): boolean => ended === undefined;

/** The day by which the next thing is due; null when nothing is. */
export const nextDue = (deadlines: readonly CaseDeadline[]): string | null =>
  deadlines
    .filter(isRunning)
    .map(({ due }) => due)
    .sort()[0] ?? null;

export function foldDeadlines(
  deadlines: readonly CaseDeadline[],
  { type, data }: DeadlineEvent,
  { time: at, actor }: Pick<EntryMeta, 'time' | 'actor'>,
): CaseDeadline[] {
  if (type === 'case.deadline-set') return [...deadlines, { ...data, extensions: [] }];
  return deadlines.map((deadline) => {
    if (deadline.id !== data.id) return deadline;
    const { id: _, ...told } = data;
    const stamped = { by: actor.id, at };
    if (type === 'case.deadline-ended')
      return { ...deadline, ended: { ...(told as Omit<typeof data, 'id'>), ...stamped } };
    const { due, provisional } = data;
    if (type === 'case.deadline-recounted') return { ...deadline, due, provisional };
    const { value, basis, approvedOn, reason } = data;
    const extension = { value, basis, approvedOn, reason, ...stamped };
    return { ...deadline, due, provisional, extensions: [...deadline.extensions, extension] };
  });
}
