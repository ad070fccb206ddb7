import { DeletionRefused, type Disposer, type KeptBy } from './disposer.ts';
import { type S3Address, s3Client } from './s3-address.ts';
import { S3Bucket } from './s3-bucket.ts';
import { isRefusal } from './s3-errors.ts';
import { readHold, readLock } from './s3-locks.ts';

/**
 * Deletes in the evidence bucket by the credentials of an address. It lists versions, reads locks and deletes by version id, and nothing
 * else: see storage/objects/s3-policies.ts for the rights that it needs. `now` is what locks are compared with.
 */
export function s3Disposer(address: S3Address, now: () => Date): Disposer {
  const client = s3Client(address);
  const bucket = new S3Bucket(client, address.evidence);
  return {
    keptBy: async (key): Promise<KeptBy | undefined> => {
      let kept: KeptBy | undefined;
      for (const { id: VersionId, marker } of await allowed(key, () => bucket.versions(key))) {
        if (marker) continue;
        const at = { ...bucket.at(key), VersionId };
        const lock = await allowed(key, () => readLock(client, at));
        const hold = await allowed(key, () => readHold(client, at));
        const until = lock && lock.until > now() ? lock.until : undefined;
        if (until || hold) kept = { until: later(kept?.until, until), hold: hold || (kept?.hold ?? false) };
      }
      return kept;
    },
    destroy: async (key) => {
      const versions = await allowed(key, () => bucket.versions(key));
      for (const { id } of versions) await allowed(key, () => bucket.remove(key, id));
      const left = (await bucket.versions(key)).length;
      if (left > 0) throw new DeletionRefused(`${left} versions are still there: ${key}`);
      return versions.length;
    },
    close: () => client.destroy(),
  };
}

/** Throws DeletionRefused for what the server does not allow. */
async function allowed<T>(key: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const { name, message } = error as Error;
    throw new DeletionRefused(`${name}: ${message} (${key})`, { cause: error });
  }
}

const later = (a: Date | undefined, b: Date | undefined) => (a && b ? (a > b ? a : b) : (a ?? b));
