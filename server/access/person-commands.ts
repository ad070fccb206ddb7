import { Fault, present } from '../errors.ts';
import type { Reader } from '../ledger/ledger.ts';
import { departmentKind } from './department.ts';
import { exclusiveRoles, type Role, roles } from './matrix.ts';
import { overlap, requireEndable } from './periods.ts';
import type { Membership, PersonEvent, PersonState } from './person.ts';

/** Decisions about people: state and command in, events out, or a refusal by its code. */

export interface Particulars {
  name: string;
  username: string;
  certificateNo?: string | undefined;
}

type Corrections = { [K in keyof Particulars]?: Particulars[K] | null | undefined };

export function register({ name, username, certificateNo }: Particulars): PersonEvent[] {
  return [{ type: 'person.registered', data: { name, username, ...(certificateNo && { certificateNo }) } }];
}

/** Only what differs is told; nothing different leaves no event. */
export function correct(state: PersonState, given: Corrections): PersonEvent[] {
  const { name, username, certificateNo } = given;
  const data = {
    ...(name && name !== state.name && { name }),
    ...(username && username !== state.username && { username }),
    ...(certificateNo !== undefined && (certificateNo ?? undefined) !== state.certificateNo && { certificateNo }),
  };
  return Object.keys(data).length > 0 ? [{ type: 'person.corrected', data }] : [];
}

/** Several memberships may hold at once, but not twice in one department. Throws UNKNOWN_REFERENCE, ALREADY_EXISTS. */
export async function join(state: PersonState, membership: Membership, read: Reader): Promise<PersonEvent[]> {
  const { departmentId } = membership;
  if (!(await read(departmentKind, departmentId)))
    throw new Fault('UNKNOWN_REFERENCE', { params: { what: 'departmentId' } });
  const twice = state.memberships.some((held) => held.departmentId === departmentId && overlap(held, membership));
  if (twice) throw new Fault('ALREADY_EXISTS', { params: { what: 'membership' } });
  return [{ type: 'person.membership-begun', data: membership }];
}

/** Throws NOT_FOUND, STATE_NOT_ALLOWED, VALIDATION; see requireEndable(). */
export function leave(state: PersonState, membershipId: string, to: string, now: string): PersonEvent[] {
  const held = present(state.memberships.find(({ id }) => id === membershipId));
  requireEndable(held, to, now);
  return [{ type: 'person.membership-ended', data: { id: membershipId, to } }];
}

/** Throws SELF_ACTION, ROLES_INCOMPATIBLE. */
export function setRoles(state: PersonState, given: readonly Role[], actorId: string, reason?: string): PersonEvent[] {
  if (state.id === actorId) throw new Fault('SELF_ACTION');
  const wanted = roles.filter((role) => given.includes(role));
  if (wanted.filter((role) => exclusiveRoles.includes(role)).length > 1) throw new Fault('ROLES_INCOMPATIBLE');
  if (wanted.join() === state.roles.join()) return [];
  return [{ type: 'person.roles-set', data: { roles: wanted, ...(reason && { reason }) } }];
}

/** Throws SELF_ACTION, STATE_NOT_ALLOWED. */
export function suspend(state: PersonState, actorId: string, reason: string): PersonEvent[] {
  if (state.id === actorId) throw new Fault('SELF_ACTION');
  if (state.state === 'suspended') throw new Fault('STATE_NOT_ALLOWED', { params: { state: state.state } });
  return [{ type: 'person.suspended', data: { reason } }];
}

/** Throws SELF_ACTION, STATE_NOT_ALLOWED. */
export function resume(state: PersonState, actorId: string, reason: string): PersonEvent[] {
  if (state.id === actorId) throw new Fault('SELF_ACTION');
  if (state.state === 'active') throw new Fault('STATE_NOT_ALLOWED', { params: { state: state.state } });
  return [{ type: 'person.resumed', data: { reason } }];
}
