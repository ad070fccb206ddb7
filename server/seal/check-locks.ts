import type { LockedEvidenceStore } from '../../storage/objects/locked-evidence.ts';
import type { ObjectInfo } from '../../storage/objects/object-store.ts';
import type { Finding } from '../ledger/finding.ts';

/** Evidence that should be under a lock and is not, where locks are demanded. */
export async function* checkLocks(
  locked: LockedEvidenceStore | undefined,
  objects: readonly ObjectInfo[],
): AsyncGenerator<Finding> {
  for (const { key } of locked ? objects : []) {
    if (!(await locked?.isKept(key))) yield { grade: 'fault', where: `object ${key}`, what: 'it is not under a lock' };
  }
}
