import type { DocumentStore } from '../../storage/documents/document-store.ts';
import type { LockedEvidenceStore } from '../../storage/objects/locked-evidence.ts';
import type { ObjectInfo } from '../../storage/objects/object-store.ts';
import { releasedKeys } from '../disposal/released.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import { archivedEvidence } from './archive-locks.ts';

/**
 * Evidence that should be under a lock and is not, and evidence of archived cases whose lock could still be lifted. The latter is a note as
 * long as the lock is new: what came to an archived case later is made firm in the next round. What is to be disposed of needs no lock.
 */
export async function* checkLocks(
  locked: LockedEvidenceStore | undefined,
  objects: readonly ObjectInfo[],
  documents: DocumentStore,
  chains: Iterable<string>,
): AsyncGenerator<Finding> {
  if (!locked) return;
  const firm = new Set<string>();
  const all = [...chains];
  const released = await releasedKeys(documents, all);
  for (const chain of all)
    for await (const { keys } of archivedEvidence(documents, chain)) for (const key of keys) firm.add(key);
  for (const { key } of objects) {
    const where = `object ${key}`;
    if (released.has(key)) continue;
    if (await locked.isKept(key, firm.has(key) ? 'compliance' : undefined)) continue;
    if (!(await locked.isKept(key))) yield fault(where, 'it is not under a lock');
    else if (await locked.isNew(key))
      yield { grade: 'note', where, what: 'its case is archived, its lock not firm yet' };
    else yield fault(where, 'its case is archived, and its lock can still be lifted: it is not of mode compliance');
  }
}
