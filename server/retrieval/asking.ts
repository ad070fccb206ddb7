import { caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Reader } from '../ledger/ledger.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import { request } from './grant-commands.ts';
import type { GrantEvent, GrantState } from './grant-events.ts';
import { ruleFor } from './rules.ts';

/** What a request names; limits and form have been checked. */
export interface Asked {
  reason: GrantState['reason'];
  text: string;
  caseId?: string | undefined;
  recordIds: readonly string[];
  seconds: number;
  viewings: number;
}

/**
 * Decides a request: any record of the agency may be named, watching it needs an approver or a rule.
 * Throws UNKNOWN_REFERENCE, STATE_NOT_ALLOWED.
 */
export async function decideRequest(
  deps: Deps,
  chain: string,
  personId: string,
  asked: Asked,
  read: Reader,
): Promise<GrantEvent[]> {
  const { caseId, reason, text, seconds, viewings } = asked;
  const unchecked: Reader = async (kind, id) => (await deps.ledger.load(kind, chain, id)).state;
  // What a rule decides rests on links and teams: then nothing of it may have moved until the entry is in.
  const look = reason === 'case' || reason === 'unlinked-record' ? read : unchecked;
  const ids = [...new Set(asked.recordIds)];
  const records = await Promise.all(ids.map(async (id) => mayBeAskedFor(await look(recordKind, id), id)));
  const found = caseId ? await look(caseKind, caseId) : undefined;
  if (caseId && !found) throw unknown(caseId);
  const now = deps.now();
  const rule = ruleFor({ reason, personId, records, case: found, now });
  const collected = records.map(({ id: recordId, departmentId }) => ({ recordId, departmentId }));
  const requested = { reason, text, ...(caseId && { caseId }), records: collected, seconds, viewings };
  return request(requested, rule, { now, policyVersion: deps.policy.version });
}

function mayBeAskedFor(record: RecordState | undefined, id: string): RecordState {
  if (!record) throw unknown(id);
  const { state } = record;
  if (state !== 'received' && state !== 'sealed') throw new Fault('STATE_NOT_ALLOWED', { params: { state } });
  return record;
}

const unknown = (what: string) => new Fault('UNKNOWN_REFERENCE', { params: { what } });
