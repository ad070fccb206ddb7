import type { CaseState } from '../cases/events.ts';
import { isOnTeam } from '../cases/team.ts';
import type { RecordState } from '../records/events.ts';
import type { GrantState } from './grant-events.ts';

/** A rule by which a grant needs nobody's answer; its reason is written into the entry. */
export interface Rule {
  name: 'filming-officer' | 'case-team';
  reason: string;
}

/** What a rule looks at: the grant's reason and person, the records and the case as they are now. */
export interface Facts {
  reason: GrantState['reason'];
  personId: string;
  records: readonly RecordState[];
  case: CaseState | undefined;
  now: Date;
}

/**
 * The rule that grants at once, if one does: the filming officer while no record is linked to anything, and the case's present team
 * for records linked to that case. What is sensitive always waits for a person, and nobody opens a record by what they themselves wrote
 * into it afterwards.
 * Source: 国办发〔2018〕118号 二(四) asks for rules of retrieval; these two are the agency's own.
 */
export function ruleFor({ reason, personId, records, case: found, now }: Facts): Rule | undefined {
  if (records.some((record) => record.confidentiality === 'sensitive')) return undefined;
  if (records.some(({ correctedBy = {} }) => decisive.some((field) => correctedBy[field] === personId)))
    return undefined;
  if (reason === 'unlinked-record' && records.every((record) => record.filmedBy === personId && record.unclaimed)) {
    return { name: 'filming-officer', reason: '拍摄人调阅本人未关联的记录' };
  }
  const ofCase =
    found && isOnTeam(found, personId, now) && records.every((record) => record.caseIds.includes(found.id));
  if (reason === 'case' && ofCase) return { name: 'case-team', reason: '办案人员调阅本案记录' };
  return undefined;
}

/** What a rule rests on and a correction can change. */
const decisive = ['filmedBy', 'confidentiality'];
