import { z } from 'zod';
import { caseKindPolicies, stages } from '../policy/case-kinds.ts';
import { deadlineNames, deadlinePolicies } from '../policy/deadlines.ts';
import { type CaseDeadline, isRunning } from './deadline-events.ts';
import { ownExtension } from './deadlines.ts';
import type { CaseState } from './events.ts';

const words = z.object({ zh: z.string(), en: z.string() });
const day = z.iso.date();
const unit = z.enum(['days', 'workdays']);
const stage = z.enum(stages);

const running = {
  id: z.string(),
  name: z.enum(deadlineNames),
  label: words,
  /** The last day of it. */
  due: day,
  /** It is counted over days of a year whose notice of days off is not known yet. */
  provisional: z.boolean(),
  /** Calendar days from today to the last one; negative when that is past. */
  daysLeft: z.int(),
  overdue: z.boolean(),
};

/** A deadline that runs, as lists of cases show it. */
export const runningDeadline = z.object(running);

/** A deadline with all that is known of it. What has ended has no days left. */
export const deadlineView = z.object({
  ...running,
  daysLeft: z.int().optional(),
  citation: z.string(),
  binding: z.enum(['law', 'adopted', 'model']),
  /** The stage that started it, and the day on which it was entered, which does not count. */
  stage,
  from: day,
  value: z.int(),
  unit,
  extensions: z.array(
    z.object({
      ...{ value: z.int(), basis: z.string(), approvedOn: day, reason: z.string() },
      ...{ by: z.string(), at: z.string() },
    }),
  ),
  /** What its own rule still lets it be extended by. */
  extension: z.object({ value: z.int(), citation: z.string() }).optional(),
  ended: z
    .object({
      ...{ on: day, late: z.boolean(), by: z.string(), at: z.string() },
      ...{ stage: stage.optional(), reason: z.string().optional() },
    })
    .optional(),
});

/** Those that run, the next one first. */
export const runningOf = ({ deadlines }: Pick<CaseState, 'deadlines'>, today: string) =>
  deadlines
    .filter(isRunning)
    .toSorted((a, b) => (a.due < b.due ? -1 : 1))
    .map((deadline) => shownRunning(deadline, today));

/** All of a case: those that run, the next one first, then those that have ended, the last one first. */
export function deadlinesOf(file: CaseState, today: string): z.input<typeof deadlineView>[] {
  const { deadlines } = file;
  const open = deadlines.filter(isRunning).toSorted((a, b) => (a.due < b.due ? -1 : 1));
  const over = deadlines.filter((one) => !isRunning(one)).toReversed();
  return [...open, ...over].map((deadline) => {
    const { from, value, unit, extensions, entered, ended } = deadline;
    const { citation, binding } = deadlinePolicies[deadline.name];
    const own = ended ? undefined : ownExtension(deadline);
    const { daysLeft, ...shown } = shownRunning(deadline, today);
    return {
      ...shown,
      ...(ended ? { ended, overdue: ended.late } : { daysLeft }),
      ...{ citation, binding, from, value, unit, extensions },
      stage: file.stages[entered]?.stage ?? (caseKindPolicies[file.kind].start[0] as (typeof stages)[number]),
      ...(own && { extension: own }),
    };
  });
}

function shownRunning({ id, name, due, provisional }: CaseDeadline, today: string) {
  const daysLeft = Temporal.PlainDate.from(today).until(due).days;
  return { id, name, label: deadlinePolicies[name].label, due, provisional, daysLeft, overdue: daysLeft < 0 };
}
