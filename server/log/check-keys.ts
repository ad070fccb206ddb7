import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import type { Document, DocumentStore } from '../../storage/documents/document-store.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import { blindKeyKey, INSTALLATION_KEYS, streamKeysKey } from '../../storage/objects/key-layout.ts';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import { KEY_BLOCK } from './kept-keys.ts';
import { type KeyFile, readKeyFile } from './key-file.ts';

interface Kept {
  store: LedgerStore;
  documents: DocumentStore;
  work: ObjectStore;
}

/**
 * The wrapped keys in the work store against those of the database: all that the published entries need, and none that was destroyed.
 * `published` has the sizes read before the snapshot of the database; the files may be newer than that.
 */
export async function* checkKeys(kept: Kept, published: ReadonlyMap<string, number>): AsyncGenerator<Finding> {
  const own = await Array.fromAsync(kept.documents.all('installation-key'));
  if (published.size > 0) yield* checkFile(kept, INSTALLATION_KEYS, own);
  for (const [chain, size] of published) {
    const blind = await kept.documents.getMany('wrapped-key', [`${chain}#blind`]);
    if (blind.length > 0) yield* checkFile(kept, blindKeyKey(chain), blind);
    for (let block = 0; block * KEY_BLOCK < size; block++) {
      const entries = await kept.store.range(chain, block * KEY_BLOCK, KEY_BLOCK);
      const begun = entries.filter(({ version, seq }) => version === 1 && seq < size);
      const names = begun.map(({ stream }) => `${chain}/${stream}`);
      const keys = await kept.documents.getMany('wrapped-key', names);
      const key = streamKeysKey(chain, block);
      const file = yield* checkFile(kept, key, keys);
      const gone = names.filter((name) => file?.keys.has(name) && !keys.some(({ id }) => id === name));
      for (const name of gone) yield fault(`key file ${key}`, `the destroyed key of ${name} is still in it`);
    }
  }
}

async function* checkFile(
  { work }: Kept,
  key: string,
  keys: readonly Document[],
): AsyncGenerator<Finding, KeyFile | undefined> {
  const where = `key file ${key}`;
  let file: KeyFile;
  try {
    file = readKeyFile(await buffer(await work.get(key)));
  } catch (error) {
    if (error instanceof ObjectMissing)
      yield { grade: 'note', where, what: 'it is missing; the next start makes it again' };
    else yield fault(where, (error as Error).message);
    return undefined;
  }
  for (const { id, body } of keys) {
    if (!isDeepStrictEqual(file.keys.get(id), body)) yield fault(where, `it does not hold the key of ${id}`);
  }
  return file;
}
