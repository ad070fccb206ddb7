import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../storage/objects/object-store.ts';

/** SHA-256 of a stored object as it reads now, hex. Throws ObjectMissing and what reading throws. */
export async function objectDigest(store: ObjectStore, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await store.get(key)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
