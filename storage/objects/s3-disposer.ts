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
    async keptBy(key): Promise<KeptBy | undefined> {
      let kept: KeptBy | undefined;
      for (const { id: VersionId, marker } of await bucket.versions(key)) {
        if (marker) continue;
        const at = { ...bucket.at(key), VersionId };
        const lock = await readLock(client, at);
        const hold = await readHold(client, at);
        const until = lock && lock.until > now() ? lock.until : undefined;
        if (until || hold) kept = { until: later(kept?.until, until), hold: hold || (kept?.hold ?? false) };
      }
      return kept;
    },
    async destroy(key) {
      const versions = await bucket.versions(key);
      for (const { id } of versions) {
        await bucket.remove(key, id).catch((error) => {
          if (!isRefusal(error)) throw error;
          const { name, message } = error as Error;
          throw new DeletionRefused(`${name}: ${message} (${key}, version ${id})`, { cause: error });
        });
      }
      const left = (await bucket.versions(key)).length;
      if (left > 0) throw new DeletionRefused(`${left} versions are still there: ${key}`);
      return versions.length;
    },
    close: () => client.destroy(),
  };
}

const later = (a: Date | undefined, b: Date | undefined) => (a && b ? (a > b ? a : b) : (a ?? b));
