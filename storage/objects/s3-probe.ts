import { createHash, randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { LockNotKept } from './object-locks.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { isRefusal, statusOf } from './s3-errors.ts';
import { S3Locks } from './s3-locks.ts';

/** What an evidence bucket really does, found out on an object of no other use. */
export interface Abilities {
  /** A write keeps what was there before it. */
  versions: boolean;
  /** A retention is held when it is read back, and the version cannot be deleted while it lasts. */
  retention: boolean;
  /** A legal hold is held when it is read back, and lifted when it is lifted. */
  hold: boolean;
  /** Bytes that do not have the checksum sent with them are refused. */
  checksums: boolean;
}

/** Probes lie here, outside every agency's keys, until their short lock is over and the next probe removes them. */
export const PROBE_PREFIX = 'probe/';
const LOCK_MS = 60 * 60_000;
/** How far clocks of processes may differ. */
const SKEW_MS = 10 * 60_000;

/** Throws what the server throws when it cannot be reached, or the bucket is not there. */
export async function probeAbilities(bucket: S3Bucket, now: Date): Promise<Abilities> {
  await removeOld(bucket, now);
  const key = `${PROBE_PREFIX}${now.getTime()}-${randomUUID()}`;
  const { versionId } = await bucket.put(key, Buffer.from('probe'));
  if (!versionId) {
    await bucket.remove(key);
    return { versions: false, retention: false, hold: false, checksums: await refusesWrong(bucket, key) };
  }
  const locks = new S3Locks(bucket);
  const hold = await kept(async () => {
    await locks.hold(key, true);
    await locks.hold(key, false);
  });
  const locked = await kept(async () => {
    await locks.retain(key, { mode: 'governance', until: new Date(now.getTime() + LOCK_MS) });
  });
  await bucket.remove(key, versionId).catch(() => {});
  const stays = (await bucket.head(key, versionId).catch(() => undefined)) !== undefined;
  return { versions: true, retention: locked && stays, hold, checksums: await refusesWrong(bucket, `${key}-wrong`) };
}

/** Whether something is held; a server that has no such thing refuses it. */
async function kept(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const status = statusOf(error) ?? 0;
    if (error instanceof LockNotKept || (status >= 400 && status < 600)) return false;
    throw error;
  }
}

async function refusesWrong(bucket: S3Bucket, key: string): Promise<boolean> {
  const ChecksumSHA256 = createHash('sha256').update('other bytes').digest('base64');
  const refused = !(await kept(async () => {
    await bucket.client.send(
      new PutObjectCommand({ ...bucket.at(key), Body: 'probe', ContentLength: 5, ChecksumSHA256 }),
    );
  }));
  if (!refused) for (const { id } of await bucket.versions(key)) await bucket.remove(key, id);
  return refused;
}

/** A process that starts at the same time may still need its own, whatever its clock says. */
async function removeOld(bucket: S3Bucket, now: Date): Promise<void> {
  const isOld = (key: string) =>
    !(now.getTime() - Number.parseInt(key.slice(PROBE_PREFIX.length), 10) < LOCK_MS + SKEW_MS);
  for await (const { key } of bucket.list(PROBE_PREFIX)) {
    if (!isOld(key)) continue;
    for (const { id } of await bucket.versions(key)) {
      await bucket.remove(key, id).catch((error) => {
        // Still under its lock: the next start tries again.
        if (!isRefusal(error)) throw error;
      });
    }
  }
}
