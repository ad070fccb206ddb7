import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { originalKey } from '../../storage/objects/layout.ts';
import { everyView, viewsById } from '../ledger/find-views.ts';
import { recordKind } from '../records/events.ts';
import { type ObjectState, objectKind } from '../records/object-kind.ts';
import { evidenceToGo } from '../seal/record-evidence.ts';

/** What the ledger lets go of one original and of the records that were disposed of, and does not say yet that it is gone. */
export interface Released {
  object: ObjectState;
  /** The original's key, when no record refers to it any more. */
  original: string | undefined;
  /** What disposed records named beside it: see evidenceToGo. */
  proofs: { recordId: string; since: string; keys: string[] }[];
}

export async function* releasedObjects(documents: DocumentStore, chain: string): AsyncGenerator<Released> {
  for await (const object of everyView({ documents }, objectKind, { chain, filter: { due: true } })) {
    const ids = object.released.map(({ recordId }) => recordId);
    const records = await viewsById({ documents }, recordKind, chain, ids);
    yield {
      object,
      original: isReleased(object) ? originalKey(chain, object.sha256) : undefined,
      proofs: object.released.map(({ recordId, at: since }) => {
        const record = records.get(recordId);
        return { recordId, since, keys: record ? evidenceToGo(chain, record).map(({ key }) => key) : [] };
      }),
    };
  }
}

/** Whether its bytes may be deleted now, by what the ledger says. */
export const isReleased = ({ records, releasedAt, destroyedAt }: ObjectState): boolean =>
  records.length === 0 && releasedAt !== undefined && destroyedAt === undefined;

/** Every key that is to go, with the instant since when. */
export async function releasedKeys(documents: DocumentStore, chains: Iterable<string>): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for (const chain of chains) {
    for await (const { object, original, proofs } of releasedObjects(documents, chain)) {
      if (original) keys.set(original, object.releasedAt as string);
      for (const { since, keys: own } of proofs) for (const key of own) keys.set(key, since);
    }
  }
  return keys;
}

/** Every key that the ledger says is gone. */
export async function destroyedKeys(documents: DocumentStore): Promise<Set<string>> {
  const gone = new Set<string>();
  for await (const { body, chain } of documents.all(objectKind.name)) {
    const { sha256, destroyedAt, destroyed } = body as unknown as ObjectState;
    if (destroyedAt) gone.add(originalKey(chain, sha256));
    for (const record of (await viewsById({ documents }, recordKind, chain, destroyed)).values())
      for (const { key } of evidenceToGo(chain, record)) gone.add(key);
  }
  return gone;
}
