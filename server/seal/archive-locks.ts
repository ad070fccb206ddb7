import type { DocumentStore } from '../../storage/documents/document-store.ts';
import type { LockedEvidenceStore } from '../../storage/objects/locked-evidence.ts';
import { caseKind } from '../cases/events.ts';
import { everyView } from '../ledger/find-views.ts';
import { recordKind } from '../records/events.ts';
import { evidenceOf } from './record-evidence.ts';

/** What an archived case keeps: locks on it are `compliance`, whatever OBJECT_LOCK_MODE is. */
export interface ArchivedEvidence {
  /** When the case was archived, RFC 3339, UTC. */
  archivedAt: string;
  /** Keys of the originals, manifests and proofs of one of its records. */
  keys: string[];
}

/** The evidence of a chain's cases that were archived at an instant or later, in that order, record by record. */
export async function* archivedEvidence(
  documents: DocumentStore,
  chain: string,
  from = '',
): AsyncGenerator<ArchivedEvidence> {
  // From an empty string on: not those that have no such instant.
  const archived = { chain, filter: { archivedAt: { $gte: from } }, sort: { path: 'archivedAt' } };
  for await (const { id, archivedAt = '' } of everyView({ documents }, caseKind, archived)) {
    for await (const record of everyView({ documents }, recordKind, { chain, filter: { caseIds: id } }))
      yield { archivedAt, keys: evidenceOf(chain, record).map(({ key }) => key) };
  }
}

/** Locks all evidence of archived cases firmly, or throws at the first that cannot be. Throws LockNotKept, ObjectMissing. */
export async function lockArchived(
  documents: DocumentStore,
  chains: Iterable<string>,
  locked: LockedEvidenceStore,
): Promise<void> {
  for (const chain of chains) {
    for await (const { keys } of archivedEvidence(documents, chain))
      for (const key of keys) await locked.extend(key, 'compliance');
  }
}
