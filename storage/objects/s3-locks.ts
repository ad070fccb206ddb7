import {
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  covers,
  type LegalHold,
  type Lock,
  LockNotKept,
  type Presigning,
  type Retention,
  stronger,
} from './object-locks.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { isUnlocked, missing } from './s3-errors.ts';

/**
 * S3 Object Lock on the version of a key that stands. Servers differ in what they take and answer, so a lock counts as held only when it
 * was read back: never because it was asked for, nor because a deletion was refused. A governance lock becomes a compliance lock only for
 * one who may lift the former (Amazon S3 User Guide, Object Lock, "Bypassing governance mode"): that is done by the keeper, a client with
 * credentials of its own where the service's may not.
 */
export class S3Locks implements Retention, LegalHold, Presigning {
  readonly #bucket: S3Bucket;
  readonly #keeper: S3Client;

  constructor(bucket: S3Bucket, keeper: S3Client = bucket.client) {
    this.#bucket = bucket;
    this.#keeper = keeper;
  }

  async retain(key: string, lock: Lock): Promise<Lock> {
    const at = await this.#standing(key);
    const before = await this.#read(at);
    // Whole seconds, rounded up: that is what servers keep.
    const until = new Date(Math.ceil(lock.until.getTime() / 1000) * 1000);
    const wanted = stronger({ mode: lock.mode, until }, before);
    if (!covers(before, wanted)) {
      const Mode = wanted.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
      const Retention = { Mode, RetainUntilDate: wanted.until } as const;
      const firmer = before !== undefined && before.mode !== wanted.mode;
      const put = new PutObjectRetentionCommand({
        ...at,
        Retention,
        ...(firmer && { BypassGovernanceRetention: true }),
      });
      await (firmer ? this.#keeper : this.#bucket.client).send(put);
    }
    const held = await this.#read(at);
    if (!held || !covers(held, wanted)) throw new LockNotKept(`对象锁未生效 / the lock is not kept: ${key}`);
    return held;
  }

  async retention(key: string): Promise<Lock | undefined> {
    return await this.#read(await this.#standing(key));
  }

  async presignRetention(key: string, seconds: number): Promise<string> {
    const asked = new GetObjectRetentionCommand(await this.#standing(key));
    return await getSignedUrl(this.#bucket.client, asked, { expiresIn: seconds });
  }

  async hold(key: string, on: boolean): Promise<void> {
    const at = await this.#standing(key);
    const LegalHold = { Status: on ? ('ON' as const) : ('OFF' as const) };
    await this.#bucket.client.send(new PutObjectLegalHoldCommand({ ...at, LegalHold }));
    if ((await this.held(key)) !== on) throw new LockNotKept(`留置未生效 / the hold is not kept: ${key}`);
  }

  async held(key: string): Promise<boolean> {
    return await readHold(this.#bucket.client, await this.#standing(key));
  }

  #read(at: VersionAt): Promise<Lock | undefined> {
    return readLock(this.#bucket.client, at);
  }

  async #standing(key: string): Promise<VersionAt> {
    const version = (await this.#bucket.versions(key)).find(({ marker }) => !marker);
    if (!version) throw missing(key);
    return { ...this.#bucket.at(key), VersionId: version.id };
  }
}

interface VersionAt {
  Bucket: string;
  Key: string;
  VersionId: string;
}

/** The lock of one version; undefined when there is none. */
export async function readLock(client: S3Client, at: VersionAt): Promise<Lock | undefined> {
  try {
    const { Retention } = await client.send(new GetObjectRetentionCommand(at));
    if (!Retention?.RetainUntilDate || !Retention.Mode) return undefined;
    return { mode: Retention.Mode === 'COMPLIANCE' ? 'compliance' : 'governance', until: Retention.RetainUntilDate };
  } catch (error) {
    // No lock is answered as an error too.
    if (isUnlocked(error)) return undefined;
    throw error;
  }
}

/** Whether one version is under a legal hold. */
export async function readHold(client: S3Client, at: VersionAt): Promise<boolean> {
  try {
    return (await client.send(new GetObjectLegalHoldCommand(at))).LegalHold?.Status === 'ON';
  } catch (error) {
    if (isUnlocked(error)) return false;
    throw error;
  }
}
