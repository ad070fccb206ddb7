import { departmentKind } from '../access/department.ts';
import { overlap, requireEndable } from '../access/periods.ts';
import { personKind } from '../access/person.ts';
import { Fault, present } from '../errors.ts';
import type { Reader } from '../ledger/ledger.ts';
import type { DockEvent, DockState } from './dock.ts';
import type { Assignment, DeviceEvent, DeviceState } from './events.ts';

/** Decisions about body recorders and docks. */

/** Throws UNKNOWN_REFERENCE. */
export async function requireDepartment(departmentId: string | undefined, read: Reader): Promise<void> {
  if (departmentId === undefined || (await read(departmentKind, departmentId))) return;
  throw new Fault('UNKNOWN_REFERENCE', { params: { what: 'departmentId' } });
}

/** A recorder is worn by one person at a time. Throws UNKNOWN_REFERENCE, STATE_NOT_ALLOWED. */
export async function assign(device: DeviceState, assignment: Assignment, read: Reader): Promise<DeviceEvent[]> {
  if (!(await read(personKind, assignment.personId)))
    throw new Fault('UNKNOWN_REFERENCE', { params: { what: 'personId' } });
  if (device.assignments.some((held) => overlap(held, assignment))) {
    throw new Fault('STATE_NOT_ALLOWED', { params: { state: 'assigned' } });
  }
  return [{ type: 'device.assigned', data: assignment }];
}

/** Throws NOT_FOUND, STATE_NOT_ALLOWED (another wore it then, too), VALIDATION; see requireEndable(). */
export function endAssignment(device: DeviceState, assignmentId: string, to: string, now: string): DeviceEvent[] {
  const held = present(device.assignments.find(({ id }) => id === assignmentId));
  requireEndable(held, to, now);
  const later = device.assignments.some((other) => other.id !== assignmentId && overlap(other, { ...held, to }));
  if (later) throw new Fault('STATE_NOT_ALLOWED', { params: { state: 'assigned' } });
  return [{ type: 'device.assignment-ended', data: { id: assignmentId, to } }];
}

/** Throws NOT_FOUND; one that is revoked already stays as it is. */
export function revokeToken(dock: DockState, tokenId: string): DockEvent[] {
  const token = present(dock.tokens.find(({ id }) => id === tokenId));
  return token.revokedAt ? [] : [{ type: 'dock.token-revoked', data: { id: tokenId } }];
}
