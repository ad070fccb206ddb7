import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { originalKey, parseEvidenceKey, uploadKey } from '../../storage/objects/layout.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import { checkPresence } from '../seal/check-objects.ts';
import type { ObjectStores } from './read-log.ts';

/**
 * The restored records against the stores: originals and proofs of sealed ones, the bytes of those that are not sealed yet, and originals of
 * entries that were lost. Presence and size; digests are for `fsck`.
 */
export async function* compareObjects(documents: DocumentStore, stores: ObjectStores): AsyncGenerator<Finding> {
  const { evidence, work } = stores;
  yield* checkPresence({ documents, evidence });
  for await (const { id, chain, body } of documents.all('record')) {
    if (body.state !== 'received') continue;
    const key = uploadKey(chain, id);
    // Sealing publishes the bytes before it enters that they are sealed.
    const { items } = await documents.find('object', { chain, filter: { records: id }, limit: 1 });
    const original = items[0] && originalKey(chain, String(items[0].body.sha256));
    const there = (await work.size(key)) ?? (original && (await evidence.size(original)));
    if (there === undefined)
      yield fault(`record ${id}`, `its bytes are missing, and were not sealed yet; bring it again: object ${key}`);
  }
  for await (const { key } of evidence.list('')) {
    const name = parseEvidenceKey(key);
    if (name?.area !== 'originals' || (await documents.get('object', `${name.agency}/${name.sha256}`))) continue;
    yield fault(`object ${key}`, 'an original whose entry was lost: bring it again');
  }
}
