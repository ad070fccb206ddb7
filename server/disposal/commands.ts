import { Fault, type FaultCode, type FieldFault } from '../errors.ts';
import type { DisposalEvent, DisposalState, LeftReason } from './events.ts';
import type { Listed, Obstacle } from './judging.ts';

/** What was found of each record that is to be disposed of. */
export type Verdict = { recordId: string } & (
  | { listed: Listed }
  | { obstacle: Obstacle | 'in-use' | 'on-another-list' }
);

/** The code of each obstacle, the gravest first: what a mixed list is refused with. */
const CODES = {
  'not-there': 'UNKNOWN_REFERENCE',
  disposed: 'ALREADY_DISPOSED',
  'other-department': 'OTHER_DEPARTMENT',
  'not-sealed': 'NOT_SEALED',
  'term-not-over': 'TERM_NOT_OVER',
  'in-use': 'RECORD_IN_USE',
  'on-another-list': 'ALREADY_LISTED',
} as const satisfies Record<Extract<Verdict, { obstacle: string }>['obstacle'], FaultCode>;

const NAMED = 50;

/**
 * The records of a list, in their order. Throws the code of the gravest obstacle, with a pointer to each record that has one.
 */
export function demandDisposable(verdicts: readonly Verdict[]): Listed[] {
  const listed: Listed[] = [];
  const faults: FieldFault[] = [];
  const codes = new Set<FaultCode>();
  for (const [at, verdict] of verdicts.entries()) {
    if ('listed' in verdict) {
      listed.push(verdict.listed);
      continue;
    }
    const { recordId, obstacle } = verdict;
    codes.add(CODES[obstacle]);
    faults.push({ pointer: `/recordIds/${at}`, detail: `${recordId} ${CODES[obstacle]}` });
  }
  const code = Object.values(CODES).find((each) => codes.has(each));
  if (!code) return listed;
  const first = verdicts.find((verdict) => 'obstacle' in verdict && CODES[verdict.obstacle] === code)?.recordId ?? '';
  throw new Fault(code, { params: { what: `recordId ${first}` }, errors: faults.slice(0, NAMED) });
}

/** Proposes a list; `records` are those that demandDisposable let through. */
export const propose = (
  departmentId: string,
  basis: string,
  records: Listed[],
  policyVersion: number,
): DisposalEvent[] => [{ type: 'disposal.proposed', data: { departmentId, basis, records, policyVersion } }];

export interface Answer {
  decision: 'approve' | 'refuse';
  reason: string;
}

/**
 * Answers a proposal as another person than who made it. Throws SEGREGATION, STATE_NOT_ALLOWED, FORBIDDEN (not of the department).
 */
export function answer(
  list: DisposalState,
  { decision, reason }: Answer,
  approver: { id: string; departments: readonly string[] },
): DisposalEvent[] {
  if (list.proposedBy === approver.id) throw new Fault('SEGREGATION');
  if (list.state !== 'proposed') throw new Fault('STATE_NOT_ALLOWED', { params: { state: list.state } });
  if (!approver.departments.includes(list.departmentId)) throw new Fault('FORBIDDEN');
  return [{ type: decision === 'approve' ? 'disposal.approved' : 'disposal.refused', data: { reason } }];
}

/** Ends an approved list once each of its records was come to. Nothing happens to one that has ended. */
export function carriedOut(
  list: DisposalState | undefined,
  left: readonly { recordId: string; why: LeftReason }[],
): DisposalEvent[] {
  return list?.state === 'approved' ? [{ type: 'disposal.carried-out', data: { left: [...left] } }] : [];
}
