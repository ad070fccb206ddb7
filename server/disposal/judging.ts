import { isOver, type TermRules, termOf } from '../archive/term.ts';
import type { CaseState } from '../cases/events.ts';
import type { RecordState } from '../records/events.ts';
import type { DisposalState, LeftReason } from './events.ts';

/** A record of a list: what the list says of it for ever. */
export type Listed = DisposalState['records'][number];

/** Why a record may not be disposed of. */
export type Obstacle = LeftReason | 'disposed' | 'other-department';

/** What it is judged by; the cases are those that it is linked to now. */
export interface Grounds extends TermRules {
  now: Date;
  departmentId: string;
}

/**
 * Whether a record may be disposed of now, by what the ledger says of it: its original is sealed or quarantined, and its term and those of
 * all its cases are over. Whether somebody is using it is asked beside this (in-use.ts).
 * Source: 档案法 第二十一条：禁止擅自销毁档案；程序和办法由国家档案主管部门制定，通例为期满、鉴定、造册、批准、监销。
 */
export function judge(
  record: RecordState | undefined,
  cases: ReadonlyMap<string, CaseState>,
  { now, departmentId, ...rules }: Grounds,
): { listed: Listed } | { obstacle: Obstacle } {
  if (!record) return { obstacle: 'not-there' };
  if (record.state === 'disposed') return { obstacle: 'disposed' };
  if (record.departmentId !== departmentId) return { obstacle: 'other-department' };
  if (!record.object) return { obstacle: 'not-sealed' };
  const term = termOf(record, cases, rules);
  if (!isOver(term, now)) return { obstacle: 'term-not-over' };
  const { sha256, size } = record.object;
  return { listed: { recordId: record.id, sha256, size, termEnded: term.until } };
}
