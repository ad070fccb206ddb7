import { exportKind } from '../archive/events.ts';
import type { Deps } from '../deps.ts';
import { everyView } from '../ledger/find-views.ts';
import type { RecordState } from '../records/events.ts';
import { grantKind } from '../retrieval/grant-events.ts';
import { viewingKind } from '../retrieval/viewing-events.ts';

type Parts = Pick<Deps, 'documents' | 'now'>;

const AT_ONCE = 100;

/**
 * Ids of those records that somebody may still see: under a grant that is in force, in an open viewing, or in a package of a case of theirs
 * that is being made or has not been deleted yet.
 */
export async function inUse(parts: Parts, chain: string, records: readonly RecordState[]): Promise<Set<string>> {
  const used = new Set<string>();
  for (let at = 0; at < records.length; at += AT_ONCE) {
    const some = records.slice(at, at + AT_ONCE);
    await seen(parts, chain, some, used);
    await packed(parts, chain, some, used);
  }
  return used;
}

async function seen({ documents, now }: Parts, chain: string, records: readonly RecordState[], used: Set<string>) {
  const recordIds = { $in: records.map(({ id }) => id) };
  const inForce = { recordIds, state: 'approved', usedUp: false, expiresAt: { $gt: now().toISOString() } };
  for await (const grant of everyView({ documents }, grantKind, { chain, filter: inForce }))
    for (const id of grant.recordIds) used.add(id);
  for await (const viewing of everyView({ documents }, viewingKind, { chain, filter: { recordIds, state: 'open' } }))
    for (const id of viewing.recordIds) used.add(id);
}

/** A link that has ended since may have been there when the package was made. */
async function packed({ documents }: Parts, chain: string, records: readonly RecordState[], used: Set<string>) {
  const cases = records.flatMap(({ links }) => links.flatMap(({ caseId }) => caseId ?? []));
  if (cases.length === 0) return;
  const filter = { caseId: { $in: [...new Set(cases)] }, state: { $in: ['queued', 'ready'] } };
  const there = new Set<string>();
  for await (const { caseId } of everyView({ documents }, exportKind, { chain, filter })) there.add(caseId);
  for (const { id, links } of records) if (links.some(({ caseId }) => caseId && there.has(caseId))) used.add(id);
}
