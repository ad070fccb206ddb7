import { createHash, randomUUID } from 'node:crypto';
import { GetObjectLockConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { isUnavailable } from '../unavailable.ts';
import { LockNotKept } from './object-locks.ts';
import { ObjectMissing } from './object-store.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { isRefusal, isTaken, statusOf } from './s3-errors.ts';
import { S3Locks } from './s3-locks.ts';

/** What an evidence bucket really does, found out on an object of no other use. */
export interface Abilities {
  /** A write keeps what was there before it. */
  versions: boolean;
  /** A write on condition that nothing is under its key is refused when something is. */
  conditions: boolean;
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
const NOT_IMPLEMENTED = 501;
/** How far clocks of processes may differ. */
const SKEW_MS = 10 * 60_000;

/** Throws what the server throws when it cannot be reached, or the bucket is not there. */
export async function probeAbilities(bucket: S3Bucket, now: Date): Promise<Abilities> {
  await removeOld(bucket, now);
  const key = `${PROBE_PREFIX}${now.getTime()}-${randomUUID()}`;
  const { versionId } = await bucket.put(key, Buffer.from('probe'));
  if (!versionId) {
    await bucket.remove(key);
    const none = { versions: false, conditions: false, retention: false, hold: false };
    return { ...none, checksums: await refusesWrong(bucket, key) };
  }
  const conditions = await refusesSecond(bucket, key);
  const locks = new S3Locks(bucket);
  const hold = await kept(async () => {
    try {
      await locks.hold(key, true);
    } finally {
      await locks.hold(key, false);
    }
  });
  const locked = await kept(async () => {
    await locks.retain(key, { mode: 'governance', until: new Date(now.getTime() + LOCK_MS) });
  });
  await kept(() => bucket.remove(key, versionId));
  const stays = await kept(async () => {
    if (!(await bucket.head(key, versionId))) throw new LockNotKept('the probe is gone');
  });
  const checksums = await refusesWrong(bucket, `${key}-wrong`);
  return { versions: true, conditions, retention: locked && stays, hold, checksums };
}

/** Whether the bucket was made for locks, by its own word: for one who only reads. */
export async function isMadeForLocks(bucket: S3Bucket): Promise<boolean> {
  try {
    const asked = new GetObjectLockConfigurationCommand({ Bucket: bucket.name });
    return (await bucket.client.send(asked)).ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
  } catch (error) {
    if (isNo(error)) return false;
    throw error;
  }
}

async function refusesSecond(bucket: S3Bucket, key: string): Promise<boolean> {
  try {
    const { versionId } = await bucket.put(key, Buffer.from('second'), { once: true });
    await bucket.remove(key, versionId);
    return false;
  } catch (error) {
    if (isTaken(error)) return true;
    throw error;
  }
}

/** Whether something is held; a server that has no such thing refuses it. One that is too busy to say has not said: its error is thrown. */
async function kept(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof LockNotKept || isNo(error)) return false;
    throw error;
  }
}

function isNo(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  return status === NOT_IMPLEMENTED || (status >= 400 && !isUnavailable(error));
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
  const locks = new S3Locks(bucket);
  const isOld = (key: string) =>
    !(now.getTime() - Number.parseInt(key.slice(PROBE_PREFIX.length), 10) < LOCK_MS + SKEW_MS);
  for await (const { key } of bucket.list(PROBE_PREFIX)) {
    if (!isOld(key)) continue;
    // Of one that was cut short before it lifted its hold. Another process may be removing it too.
    await locks.hold(key, false).catch((error) => {
      if (!(error instanceof ObjectMissing || error instanceof LockNotKept || isNo(error))) throw error;
    });
    for (const { id } of await bucket.versions(key)) {
      await bucket.remove(key, id).catch((error) => {
        // Still under its lock: the next start tries again.
        if (!isRefusal(error)) throw error;
      });
    }
  }
}
