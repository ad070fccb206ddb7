import { unwrapKey, wrapKey } from '../../signing/chain.ts';
import type { Document, DocumentStore } from '../../storage/documents/document-store.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import type { MasterKey } from '../ledger/keys.ts';
import { MasterKeyWrong } from '../master-key.ts';

const BATCH = 500;

interface Current {
  id: string;
  /** The key that a rewrap is on its way to; while it stands here the service does not start. */
  next?: string;
}

/**
 * Wraps every key anew and then names the new master key. Until it is through the service refuses to start; one that was cut short
 * is run again with the same two keys, and passes over what it did. Resolves to the number of keys. Throws MasterKeyWrong.
 */
export async function rewrapKeys(documents: DocumentStore, old: MasterKey, next: MasterKey): Promise<number> {
  const stored = await documents.get('master-key', 'current');
  const current = stored?.body as Current | undefined;
  if (current?.id !== old.id)
    throw new MasterKeyWrong(`MASTER_KEY_FILE holds the key ${old.id}; this installation was made with ${current?.id}`);
  if (current.next !== undefined && current.next !== next.id)
    throw new MasterKeyWrong(`a rewrap to the key ${current.next} was cut short: finish that one first`);
  const naming = (version: number, body: Current): Document => {
    return { kind: 'master-key', id: 'current', chain: SYSTEM_CHAIN, version, body: { ...body } };
  };
  const version = stored?.version ?? 0;
  await documents.save([naming(version + 1, { id: old.id, next: next.id })]);
  let count = 0;
  let batch: Document[] = [];
  for (const kind of ['wrapped-key', 'personal-key']) {
    for await (const document of documents.all(kind)) {
      batch.push(again(document, old, next));
      count += 1;
      if (batch.length < BATCH) continue;
      await documents.save(batch);
      batch = [];
    }
  }
  await documents.save(batch);
  // Last, and the name after them: the service opens these first, under the key that is named. What is cut short is done again.
  const own = await Array.fromAsync(documents.all('installation-key'), (document) => again(document, old, next));
  await documents.save([...own, naming(version + 2, { id: next.id })]);
  return count + own.length;
}

/** What names in wrappings begin with, by kind. */
const PREFIX: Record<string, string> = { 'installation-key': 'installation/', 'personal-key': 'personal/' };

function again(document: Document, old: MasterKey, next: MasterKey): Document {
  const body = document.body as { wrapped: string };
  const name = `${PREFIX[document.kind] ?? ''}${document.id}`;
  const bytes = Buffer.from(body.wrapped, 'base64url');
  let key: Uint8Array;
  try {
    key = unwrapKey(old.bytes, bytes, name);
  } catch {
    key = unwrapKey(next.bytes, bytes, name);
  }
  const wrapped = Buffer.from(wrapKey(next.bytes, key, name)).toString('base64url');
  return {
    ...document,
    version: document.version + 1,
    body: { ...document.body, wrapped, ...('master' in document.body && { master: next.id }) },
  };
}
