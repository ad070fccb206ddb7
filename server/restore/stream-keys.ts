import { unwrapKey } from '../../signing/chain.ts';
import type { Document, DocumentStore } from '../../storage/documents/document-store.ts';
import { blindKeyKey, parseKeyFileName, streamKeysKey, streamKeysPrefix } from '../../storage/objects/key-layout.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import type { MasterKey } from '../ledger/keys.ts';
import { KEY_BLOCK } from '../log/kept-keys.ts';
import { readKeys } from './installation.ts';
import { ObjectUnusable } from './unusable.ts';

interface Parts {
  work: ObjectStore;
  documents: DocumentStore;
  master: MasterKey;
}

/** Brings the wrapped keys of a chain of `size` published entries into the database; each is opened once, and one that cannot be is left out. */
export async function* restoreKeys(
  { work, documents, master }: Parts,
  chain: string,
  size: number,
): AsyncGenerator<Finding> {
  const files = new Set(Array.from({ length: Math.ceil(size / KEY_BLOCK) }, (_, block) => streamKeysKey(chain, block)));
  for await (const { key } of work.list(streamKeysPrefix(chain))) if (parseKeyFileName(key)) files.add(key);
  if ((await work.size(blindKeyKey(chain))) !== undefined) files.add(blindKeyKey(chain));
  for (const key of files) {
    try {
      const keys: Document[] = [];
      for (const [id, body] of (await readKeys(work, key)).keys) {
        const document = { kind: 'wrapped-key', id, chain, version: 1, body };
        if (opens(document, master)) keys.push(document);
        else yield fault(`key file ${key}`, `the key of ${id} cannot be opened`);
      }
      await documents.save(keys);
    } catch (error) {
      if (!(error instanceof ObjectUnusable)) throw error;
      yield fault(`key file ${key}`, error.message);
    }
  }
}

function opens({ id, chain, body }: Document, master: MasterKey): boolean {
  if (!id.startsWith(`${chain}/`) && id !== `${chain}#blind`) return false;
  try {
    return unwrapKey(master.bytes, Buffer.from(String(body.wrapped), 'base64url'), id).length === 32;
  } catch {
    return false;
  }
}
