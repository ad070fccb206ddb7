import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { parseEvidenceKey } from '../../storage/objects/layout.ts';
import type { ObjectInfo, ObjectStore } from '../../storage/objects/object-store.ts';
import { destroyedKeys, releasedKeys } from '../disposal/released.ts';
import { dockDayObjects } from '../docking/dock-day.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import { isLogEvidence } from '../log/check-log.ts';
import { personalSignatures } from '../personal/every-signature.ts';
import type { RecordState } from '../records/events.ts';
import { objectDigest } from './object-digest.ts';
import { evidenceOf } from './record-evidence.ts';

interface Stores {
  documents: DocumentStore;
  evidence: ObjectStore;
  now: () => Date;
}

/** What the ledger says of keys that are no evidence any more: since when they may go, and which are said to be gone. */
interface Disposed {
  released: ReadonlyMap<string, string>;
  destroyed: ReadonlySet<string>;
}

const DAY_MS = 86_400_000;

/**
 * Every object of the evidence store (the logs have a check of their own) against its digest and against the ledger, and every sealed record against its objects.
 * What the ledger released is a note as long as it is there; what it says is gone must be.
 * `listed` was made before the snapshot of the database: what is published is entered before, so none can be a false alarm.
 */
export async function* checkObjects(
  { documents, evidence, now }: Stores,
  listed: readonly ObjectInfo[],
  progress: (bytes: number) => void = () => {},
): AsyncGenerator<Finding> {
  const proofs = new Set<string>();
  yield* checkPresence({ documents, evidence }, proofs);
  const chains = new Set<string>();
  for await (const { chain } of documents.all('object')) chains.add(chain);
  const disposed = { released: await releasedKeys(documents, chains), destroyed: await destroyedKeys(documents) };
  for (const { key, size } of listed) {
    if (disposed.released.has(key) || disposed.destroyed.has(key)) yield* checkLeft({ evidence, now }, key, disposed);
    else if (!isLogEvidence(key)) yield* checkObject({ documents, evidence }, key, proofs);
    progress(size);
  }
}

/** Asked anew: a disposal may have come since the store was listed. Its bytes are nobody's any more, so their digest is not asked. */
async function* checkLeft(
  { evidence, now }: Pick<Stores, 'evidence' | 'now'>,
  key: string,
  { released, destroyed }: Disposed,
): AsyncGenerator<Finding> {
  if ((await evidence.size(key)) === undefined) return;
  const where = `object ${key}`;
  if (destroyed.has(key)) yield fault(where, 'the ledger says that it was destroyed, and it is there');
  const since = released.get(key);
  if (since === undefined) return;
  const days = Math.floor((now().getTime() - Date.parse(since)) / DAY_MS);
  const what = `released on ${since.slice(0, 10)}, ${days} days ago: npx tiezheng dispose deletes it`;
  yield { grade: 'note', where, what };
}

/** Every sealed record, personal signature and statement of a dock against its objects: that they are there, of the size that was entered. `found` gets the keys of all of them. */
export async function* checkPresence(
  { documents, evidence }: Omit<Stores, 'now'>,
  found: Set<string> = new Set(),
): AsyncGenerator<Finding> {
  for await (const { body, chain } of documents.all('record')) {
    const record = body as unknown as RecordState;
    for (const { what, key, size } of evidenceOf(chain, record)) {
      found.add(key);
      const present = await evidence.size(key);
      if (present === undefined) yield fault(`record ${record.id}`, `its ${what} is missing: object ${key}`);
      else if (present !== size)
        yield fault(`record ${record.id}`, `its ${what} has ${present} bytes, ${size} were sealed: object ${key}`);
    }
  }
  for await (const { where, key, size } of personalSignatures(documents)) {
    found.add(key);
    if ((await evidence.size(key)) !== size)
      yield fault(where, `its personal signature is missing or cut: object ${key}`);
  }
  for await (const { where, key, size } of dockDayObjects(documents)) {
    found.add(key);
    if ((await evidence.size(key)) !== size) yield fault(where, `its statement is missing or cut: object ${key}`);
  }
}

async function* checkObject(
  { documents, evidence }: Omit<Stores, 'now'>,
  key: string,
  sealed: ReadonlySet<string>,
): AsyncGenerator<Finding> {
  const parsed = parseEvidenceKey(key);
  if (!parsed) {
    yield fault(`object ${key}`, 'it is not one of ours');
    return;
  }
  const where = `object ${parsed.sha256}`;
  try {
    if ((await objectDigest(evidence, key)) !== parsed.sha256) {
      yield fault(
        where,
        `its bytes have another digest (${key})${await recordsOf(documents, parsed.agency, parsed.sha256)}`,
      );
    }
  } catch (error) {
    yield fault(where, `it cannot be read: ${(error as Error).message}`);
  }
  if (sealed.has(key)) return;
  if (parsed.area === 'originals') {
    const known = await documents.get('object', `${parsed.agency}/${parsed.sha256}`);
    if (!known) yield fault(where, `an original without an entry (${key})`);
  } else yield { grade: 'note', where, what: `of a sealing or signing that was interrupted (${key})` };
}

async function recordsOf(documents: DocumentStore, chain: string, sha256: string): Promise<string> {
  const known = await documents.get('object', `${chain}/${sha256}`);
  const records = (known?.body as { records?: string[] } | undefined)?.records ?? [];
  return records.length > 0 ? `, record ${records.join(', ')}` : '';
}
