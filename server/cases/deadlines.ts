import { Fault, invalid, present } from '../errors.ts';
import type { WorkCalendar } from '../policy/calendar.ts';
import type { Stage } from '../policy/case-kinds.ts';
import { type DeadlineName, deadlinePolicies, endedBy, startedBy } from '../policy/deadlines.ts';
import { type CaseDeadline, type DeadlineEvent, foldDeadlines, isRunning } from './deadline-events.ts';
import type { CaseState } from './events.ts';

/** What counting days takes from outside: today (YYYY-MM-DD) where the service is, its workdays, and ids. */
export interface Days {
  today: string;
  calendar: WorkCalendar;
  newId: () => string;
}

type Known = Pick<CaseState, 'kind' | 'deadlines'>;

/** What entering a stage, the case's `entered`th counted from 0, does: it ends what waited for it, and starts what it starts. */
export function onStage({ kind, deadlines }: Known, stage: Stage, entered: number, days: Days): DeadlineEvent[] {
  const ended = deadlines.filter((deadline) => isRunning(deadline) && endedBy(deadline.name, stage));
  const running = new Set(deadlines.filter((one) => isRunning(one) && !ended.includes(one)).map(({ name }) => name));
  const started = startedBy(kind, stage, days.today).filter(
    (name) => deadlinePolicies[name].each || !running.has(name),
  );
  return [
    ...ended.map((deadline) => end(deadline, days.today, { stage })),
    ...started.map((name) => set(name, entered, days)),
  ];
}

/** The deadlines that a case would have, had they always been kept, and has not: those of an open case from before there were any. */
export function missing(file: CaseState, days: Days, dayOf: (instant: string) => string): DeadlineEvent[] {
  if (file.state !== 'open') return [];
  let would: CaseDeadline[] = [];
  for (const [entered, { stage, at, by }] of file.stages.entries()) {
    const then = { ...days, today: dayOf(at) };
    for (const event of onStage({ kind: file.kind, deadlines: would }, stage, entered, then))
      would = foldDeadlines(would, event, { time: at, actor: { id: by, role: 'system', via: 'system' } });
  }
  const has = (one: CaseDeadline) =>
    file.deadlines.some(({ name, entered }) => name === one.name && entered === one.entered);
  return would
    .filter((one) => isRunning(one) && !has(one))
    .map(({ extensions: _, ended: __, ...data }) => ({ type: 'case.deadline-set', data }));
}

/** The running deadlines whose end is another by the calendar of now. */
export function recounted({ deadlines }: Pick<CaseState, 'deadlines'>, { calendar }: Days): DeadlineEvent[] {
  return deadlines.filter(isRunning).flatMap((deadline): DeadlineEvent[] => {
    const found = endOf(deadline, 0, calendar);
    if (found.due === deadline.due && found.provisional === deadline.provisional) return [];
    return [{ type: 'case.deadline-recounted', data: { id: deadline.id, ...found } }];
  });
}

export interface Extension {
  value: number;
  basis?: string | undefined;
  approvedOn?: string | undefined;
  reason: string;
}

/**
 * Makes a running deadline longer. Without a basis of its own an extension is the one that the deadline's rule provides: once, and by no
 * more than that. Throws NOT_FOUND, STATE_NOT_ALLOWED (it has ended), VALIDATION.
 */
export function extend(file: Pick<CaseState, 'deadlines'>, id: string, told: Extension, days: Days): DeadlineEvent[] {
  const deadline = running(file, id);
  const { value, reason, approvedOn = days.today } = told;
  const provided = ownExtension(deadline);
  const basis = told.basis ?? provided?.citation;
  if (!basis) throw invalid('/basis', 'required: the rule itself gives no extension');
  if (!told.basis && provided && value > provided.value)
    throw invalid('/value', 'at most {max}', { max: provided.value });
  const within = deadline.from <= approvedOn && approvedOn <= deadline.due && approvedOn <= days.today;
  if (!within) throw invalid('/approvedOn', 'not within the period');
  const found = endOf(deadline, value, days.calendar);
  return [{ type: 'case.deadline-extended', data: { id, value, basis, approvedOn, reason, ...found } }];
}

/** The extension that the rule of a deadline provides, if that was not used yet. */
export function ownExtension({ name, extensions }: CaseDeadline) {
  const { extension } = deadlinePolicies[name];
  return extension && !extensions.some(({ basis }) => basis === extension.citation) ? extension : undefined;
}

/**
 * What it waited for happened, or it does not apply: a person says so, with a reason, and on which day. Throws NOT_FOUND,
 * STATE_NOT_ALLOWED, VALIDATION.
 */
export function settle(
  file: Pick<CaseState, 'deadlines'>,
  id: string,
  told: { on?: string | undefined; reason: string },
  { today }: Days,
): DeadlineEvent[] {
  const deadline = running(file, id);
  const on = told.on ?? today;
  if (on < deadline.from || on > today) throw invalid('/on', 'not within the period');
  return [end(deadline, on, { reason: told.reason })];
}

function running({ deadlines }: Pick<CaseState, 'deadlines'>, id: string): CaseDeadline {
  const deadline = present(deadlines.find((one) => one.id === id));
  if (!isRunning(deadline)) throw new Fault('STATE_NOT_ALLOWED', { params: { state: 'ended' } });
  return deadline;
}

function set(name: DeadlineName, entered: number, { today, calendar, newId }: Days): DeadlineEvent {
  const policy = deadlinePolicies[name];
  const { value, unit } = policy;
  const data = { id: newId(), name, entered, from: today, value, unit, ...calendar.endOf(today, policy, policy) };
  return { type: 'case.deadline-set', data };
}

function end({ id, due }: CaseDeadline, on: string, why: { stage: Stage } | { reason: string }): DeadlineEvent {
  return { type: 'case.deadline-ended', data: { id, on, late: on > due, ...why } };
}

/** When a deadline ends that is extended by `more` beyond what it is already. */
function endOf({ name, from, value, unit, extensions }: CaseDeadline, more: number, calendar: WorkCalendar) {
  const whole = extensions.reduce((sum, extension) => sum + extension.value, value + more);
  return calendar.endOf(from, { value: whole, unit }, deadlinePolicies[name]);
}
