import { Fault, field } from '../errors.ts';
import type { PersonalSignature } from '../personal/signature.ts';
import type { GrantEvent, GrantState } from './grant-events.ts';
import type { Rule } from './rules.ts';
import { requireInForce, standing } from './standing.ts';

type Requested = Extract<GrantEvent, { type: 'grant.requested' }>['data'];

/** Who decides and when; `policyVersion` is of the policy set that the limits came from. */
export interface Moment {
  now: Date;
  policyVersion: number;
}

/** Asks for a grant; a rule that needs nobody's answer approves it in the same entry. */
export function request(asked: Requested, rule: Rule | undefined, moment: Moment): GrantEvent[] {
  const requested: GrantEvent = { type: 'grant.requested', data: asked };
  if (!rule) return [requested];
  const { seconds, viewings } = asked;
  const recordIds = asked.records.map((record) => record.recordId);
  const data = {
    by: 'policy' as const,
    rule: rule.name,
    reason: rule.reason,
    ...terms({ seconds, viewings, recordIds }, moment),
  };
  return [requested, { type: 'grant.approved', data }];
}

export interface Answer {
  decision: 'approve' | 'refuse';
  reason: string;
  seconds?: number | undefined;
  viewings?: number | undefined;
  recordIds?: string[] | undefined;
}

/** The approver: their id and the departments they are a member of today. */
export interface Approver {
  id: string;
  departments: readonly string[];
}

/** What an answer says when nothing is left open: what an approver signs, and what the entry tells. */
export function settled(grant: GrantState, given: Answer) {
  const { decision, reason, seconds = grant.seconds, viewings = grant.viewings } = given;
  if (decision === 'refuse') return { decision, reason };
  return { decision, reason, seconds, viewings, recordIds: [...new Set(given.recordIds ?? grant.recordIds)] };
}

/**
 * Approves or refuses. An approval may narrow what was asked for, never widen it, and covers only records of the approver's own
 * departments: of several departments, the first answer decides and the rest is asked for again.
 * Throws SEGREGATION, STATE_NOT_ALLOWED, FORBIDDEN, VALIDATION.
 */
export function answer(grant: GrantState, given: Answer, approver: Approver, moment: Moment): GrantEvent[] {
  if (grant.personId === approver.id) throw new Fault('SEGREGATION');
  if (grant.state !== 'requested')
    throw new Fault('STATE_NOT_ALLOWED', { params: { state: standing(grant, moment.now) } });
  const told = settled(grant, given);
  const { reason } = told;
  if (told.decision === 'refuse') return [{ type: 'grant.refused', data: { reason } }];
  const { seconds, viewings, recordIds } = told;
  const wider = [
    seconds > grant.seconds && field('/seconds', 'more than was asked for'),
    viewings > grant.viewings && field('/viewings', 'more than was asked for'),
    recordIds.some((id) => !grant.recordIds.includes(id)) && field('/recordIds', 'only records that were asked for'),
  ].filter((fault) => fault !== false);
  if (wider.length > 0) throw new Fault('VALIDATION', { errors: wider });
  const departments = new Map(grant.records.map((record) => [record.recordId, record.departmentId]));
  const covered = recordIds.every((id) => approver.departments.includes(departments.get(id) ?? ''));
  if (!covered) throw new Fault('FORBIDDEN');
  const data = { by: 'person' as const, reason, ...terms({ seconds, viewings, recordIds }, moment) };
  return [{ type: 'grant.approved', data }];
}

/** The same answer with the approver's personal signature over it. */
export const withSignature = (events: readonly GrantEvent[], signature: PersonalSignature): GrantEvent[] =>
  events.map((event) =>
    event.type === 'grant.approved'
      ? { ...event, data: { ...event.data, signature } }
      : event.type === 'grant.refused'
        ? { ...event, data: { ...event.data, signature } }
        : event,
  );

/** Takes a grant back before its end; one whose viewings are used up may still have an open one. Throws STATE_NOT_ALLOWED. */
export function revoke(
  grant: GrantState,
  by: 'person' | 'suspension' | 'policy',
  reason: string,
  now: Date,
): GrantEvent[] {
  const state = standing(grant, now);
  if (state !== 'live' && state !== 'used-up') throw new Fault('STATE_NOT_ALLOWED', { params: { state } });
  return [{ type: 'grant.revoked', data: { by, reason } }];
}

/** Counts a viewing. Of two calls for the last one, the stream's order lets one through. */
export function countViewing(grant: GrantState, viewingId: string, now: Date): GrantEvent[] {
  requireInForce(grant, now);
  if (grant.usedUp) throw new Fault('GRANT_USED_UP');
  return [{ type: 'grant.viewing-counted', data: { viewingId } }];
}

function terms(given: { seconds: number; viewings: number; recordIds: string[] }, { now, policyVersion }: Moment) {
  return { ...given, policyVersion, expiresAt: new Date(now.getTime() + given.seconds * 1000).toISOString() };
}
