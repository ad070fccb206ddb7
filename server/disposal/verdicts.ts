import { termRulesOf } from '../archive/terms.ts';
import { caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { everyView, viewsById } from '../ledger/find-views.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import type { Verdict } from './commands.ts';
import { disposalKind } from './events.ts';
import { inUse } from './in-use.ts';
import { judge } from './judging.ts';

type Parts = Pick<Deps, 'documents' | 'now' | 'policy' | 'config'>;

/** What is found of each record now, for a list of a department; `own` is the list itself, when it is there. */
export async function verdictsOf(
  parts: Parts,
  chain: string,
  departmentId: string,
  recordIds: readonly string[],
  own?: string,
): Promise<Verdict[]> {
  const records = await viewsById(parts, recordKind, chain, recordIds);
  const there = [...records.values()];
  const cases = await casesOf(parts, chain, there);
  const used = await inUse(parts, chain, there);
  const elsewhere = await listed(parts, chain, recordIds, own);
  const grounds = { ...termRulesOf(parts), now: parts.now(), departmentId };
  return recordIds.map((recordId): Verdict => {
    const verdict = judge(records.get(recordId), cases, grounds);
    if ('obstacle' in verdict) return { recordId, ...verdict };
    if (used.has(recordId)) return { recordId, obstacle: 'in-use' };
    if (elsewhere.has(recordId)) return { recordId, obstacle: 'on-another-list' };
    return { recordId, ...verdict };
  });
}

export const casesOf = (parts: Pick<Deps, 'documents'>, chain: string, records: readonly RecordState[]) =>
  viewsById(
    parts,
    caseKind,
    chain,
    records.flatMap(({ caseIds }) => caseIds),
  );

/** Ids of those records that are on a list which is not carried out yet. */
export async function listed(
  parts: Pick<Deps, 'documents'>,
  chain: string,
  recordIds: readonly string[],
  own?: string,
): Promise<Set<string>> {
  const found = new Set<string>();
  const filter = { recordIds: { $in: [...recordIds] }, state: { $in: ['proposed', 'approved'] } };
  for await (const list of everyView(parts, disposalKind, { chain, filter }))
    if (list.id !== own) for (const id of list.recordIds) found.add(id);
  return found;
}
