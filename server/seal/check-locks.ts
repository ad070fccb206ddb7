import type { LockedEvidenceStore, LockFault } from '../../storage/objects/locked-evidence.ts';
import type { ObjectInfo } from '../../storage/objects/object-store.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import { keptObjects, type Rules } from './keeping.ts';

const WORDS: Record<LockFault, string> = {
  none: 'it is not under a lock',
  short: 'its lock ends too soon, long before its term does',
  liftable: 'its case is archived, and its lock can still be lifted: it is not of mode compliance',
};

/**
 * Evidence that should be under a lock and is not, under one that is too short, or, of an archived case, under one that could still be lifted. The
 * latter two are notes where that it is to be kept so long, or so firmly, is new: locks follow. Of what need not be kept any longer, and of
 * what no entry names, what was disposed of among it, nothing is said here.
 */
export async function* checkLocks(
  locked: LockedEvidenceStore | undefined,
  objects: readonly ObjectInfo[],
  rules: Rules,
  chains: Iterable<string>,
): AsyncGenerator<Finding> {
  if (!locked) return;
  const keptObject = await keptObjects(rules, chains);
  for (const { key } of objects) {
    const kept = keptObject(key);
    const wrong = kept && (await locked.fault(key, kept.keeping));
    if (!wrong) continue;
    const where = `object ${key}`;
    const isNew = wrong !== 'none' && kept.since !== '' && locked.isRecent(new Date(kept.since));
    yield isNew
      ? { grade: 'note', where, what: `${WORDS[wrong]}; that is new, and seen to soon` }
      : fault(where, WORDS[wrong]);
  }
}
