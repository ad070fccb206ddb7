import { unwrapKey, wrapKey } from '../../signing/chain.ts';
import type { Document, DocumentStore } from '../../storage/documents/document-store.ts';
import type { MasterKey } from '../ledger/keys.ts';

const kinds = ['wrapped-key', 'installation-key'] as const;
const BATCH = 500;

/**
 * Wraps every key anew and then names the new master key; keys already under it are passed over, so a rewrap that was cut short is
 * simply run again with the old key still configured. Resolves to the number of keys.
 */
export async function rewrapKeys(documents: DocumentStore, old: MasterKey, next: MasterKey): Promise<number> {
  let count = 0;
  for (const kind of kinds) {
    let batch: Document[] = [];
    for await (const document of documents.all(kind)) {
      batch.push(again(document, old, next));
      if (batch.length === BATCH) {
        await documents.save(batch);
        batch = [];
      }
      count += 1;
    }
    await documents.save(batch);
  }
  const current = await documents.get('master-key', 'current');
  await documents.save([
    { kind: 'master-key', id: 'current', chain: 'system', version: (current?.version ?? 0) + 1, body: { id: next.id } },
  ]);
  return count;
}

function again(document: Document, old: MasterKey, next: MasterKey): Document {
  const body = document.body as { wrapped: string };
  const name = document.kind === 'installation-key' ? `installation/${document.id}` : document.id;
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
