import { Fault, invalid, present } from '../errors.ts';
import { caseKindPolicies, mayFollow, type Stage } from '../policy/case-kinds.ts';
import type { RetentionPeriod } from '../policy/retention.ts';
import type { CaseBody, CaseChange } from './bodies.ts';
import { type Days, onStage } from './deadlines.ts';
import type { CaseEvent, CaseState } from './events.ts';

/** What a decision takes from outside: the time and the calendar, and ids for what it makes. */
export interface Means extends Days {
  now: Date;
}

type TeamPart = CaseBody['team'][number];

/** Throws VALIDATION for a stage that a case of the kind does not open in. */
export function open(told: CaseBody & { departmentId: string }, means: Means): CaseEvent[] {
  const { kind, cause, departmentId, caseNo, subjects, team } = told;
  const { start } = caseKindPolicies[kind];
  const stage = told.stage ?? (start[0] as Stage);
  if (!start.includes(stage))
    throw invalid('/stage', 'a case of kind {kind} opens in {stages}', { kind, stages: start.join(' ') });
  const roles = new Map(subjects.map(({ subjectId, role }) => [subjectId, role]));
  return [
    { type: 'case.opened', data: { kind, cause, departmentId, stage } },
    ...(caseNo ? [{ type: 'case.numbered' as const, data: { caseNo } }] : []),
    ...[...roles].map(([subjectId, role]) => addedSubject(subjectId, role, means)),
    ...team.map((member) => joined(member, means)),
    ...onStage({ kind, deadlines: [] }, stage, 0, means),
  ];
}

/** Enters what differs; nothing when nothing does. Throws STATE_NOT_ALLOWED on a closed case. */
export function correct(file: CaseState, { cause, caseNo, departmentId, reason }: CaseChange): CaseEvent[] {
  requireOpen(file);
  const fields = {
    ...(cause !== undefined && cause !== file.cause && { cause }),
    ...(departmentId !== undefined && departmentId !== file.departmentId && { departmentId }),
  };
  return [
    ...(Object.keys(fields).length > 0 ? [{ type: 'case.corrected' as const, data: { fields, reason } }] : []),
    ...(caseNo !== undefined && caseNo !== file.caseNo ? [{ type: 'case.numbered' as const, data: { caseNo } }] : []),
  ];
}

/**
 * The stage table of the case's kind decides. CLOSE closes the case; after it only what the table allows follows.
 * Throws VALIDATION for a stage that the kind does not have, STATE_NOT_ALLOWED for one that may not follow the present one.
 */
export function enterStage(file: CaseState, stage: Stage, note: string | undefined, means: Means): CaseEvent[] {
  if (!Object.hasOwn(caseKindPolicies[file.kind].next, stage))
    throw invalid('/stage', 'not a stage of a case of kind {kind}', { kind: file.kind });
  if (!mayFollow(file.kind, file.stage, stage)) throw new Fault('STATE_NOT_ALLOWED', { params: { state: file.stage } });
  const entered: CaseEvent = { type: 'case.stage-entered', data: { stage, ...(note && { note }) } };
  const closed: CaseEvent[] = stage === 'CLOSE' && file.state === 'open' ? [{ type: 'case.closed', data: {} }] : [];
  return [entered, ...closed, ...onStage(file, stage, file.stages.length, means)];
}

/** Of an open case too, and of one that is archived; nothing when it is appraised so already. */
export function appraise(file: CaseState, period: RetentionPeriod, reason: string): CaseEvent[] {
  return file.retention?.period === period ? [] : [{ type: 'case.retention-set', data: { period, reason } }];
}

/** A subject that is in the case already stays as it is. */
export function addSubject(
  file: CaseState,
  { subjectId, role }: CaseBody['subjects'][number],
  means: Means,
): CaseEvent[] {
  requireOpen(file);
  return file.subjectIds.includes(subjectId) ? [] : [addedSubject(subjectId, role, means)];
}

/** Throws NOT_FOUND, STATE_NOT_ALLOWED when it ended before. */
export function removeSubject(file: CaseState, id: string, reason: string): CaseEvent[] {
  const part = present(file.subjects.find((subject) => subject.id === id));
  requireOpen(file);
  if (part.ended) throw new Fault('STATE_NOT_ALLOWED', { params: { state: 'ended' } });
  return [{ type: 'case.subject-removed', data: { id, reason } }];
}

/** A person joins as often as need be, but not twice for the same time. Throws CONFLICT. */
export function join(file: CaseState, member: TeamPart, means: Means): CaseEvent[] {
  requireOpen(file);
  const event = joined(member, means);
  const { personId, from, to } = event.data;
  const meanwhile = file.team.some(
    (other) => other.personId === personId && (!to || other.from < to) && (!other.to || from < other.to),
  );
  if (meanwhile) throw new Fault('CONFLICT');
  return [event];
}

/** Ends a membership at an instant, now unless told. Throws NOT_FOUND, STATE_NOT_ALLOWED when it ended before, VALIDATION. */
export function leave(file: CaseState, id: string, to: string | undefined, { now }: Means): CaseEvent[] {
  const member = present(file.team.find((one) => one.id === id));
  const time = now.toISOString();
  if (member.to && member.to <= time) throw new Fault('STATE_NOT_ALLOWED', { params: { state: 'ended' } });
  const at = to ?? later(time, member.from);
  if (at < member.from) throw invalid('/to', 'before its beginning');
  return [{ type: 'case.team-left', data: { id, to: at } }];
}

const later = (a: string, b: string) => (a < b ? b : a);

function requireOpen({ state }: CaseState): void {
  if (state !== 'open') throw new Fault('STATE_NOT_ALLOWED', { params: { state } });
}

function addedSubject(subjectId: string, role: CaseBody['subjects'][number]['role'], { newId }: Means): CaseEvent {
  return { type: 'case.subject-added', data: { id: newId(), subjectId, role } };
}

function joined({ personId, role, from, to }: TeamPart, { now, newId }: Means) {
  const start = from ?? now.toISOString();
  if (to && to <= start) throw invalid('/to', 'not after from');
  return { type: 'case.team-joined' as const, data: { id: newId(), personId, role, from: start, ...(to && { to }) } };
}
