import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  type LegalHold,
  type Lock,
  type LockedWrites,
  ObjectLocked,
  type Presigning,
  type Retention,
} from './object-locks.ts';
import {
  type ByteRange,
  type ConditionalWrites,
  type EvidenceStore,
  ObjectExists,
  type ObjectInfo,
  type ObjectStore,
} from './object-store.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { isRefusal, isTaken, missing } from './s3-errors.ts';
import { S3Locks } from './s3-locks.ts';
import { PROBE_PREFIX } from './s3-probe.ts';
import { uploadOfState } from './s3-uploads.ts';
import { sameStreams } from './same-streams.ts';

/** What both stores have in common: a bucket. */
abstract class S3Store implements ObjectStore {
  readonly bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.bucket = bucket;
  }

  abstract put(key: string, source: Readable | Uint8Array): Promise<number>;
  abstract delete(key: string): Promise<void>;

  get(key: string, range?: ByteRange): Promise<Readable> {
    return this.bucket.get(key, range);
  }

  async size(key: string): Promise<number | undefined> {
    return (await this.bucket.head(key))?.ContentLength;
  }

  list(prefix: string): AsyncIterable<ObjectInfo> {
    return this.bucket.list(prefix);
  }

  /** S3 does not say; a full server refuses the write. */
  async freeSpace(): Promise<number> {
    return Number.MAX_SAFE_INTEGER;
  }
}

/** Objects that may be replaced and go again, in a bucket without versions. */
export class S3WorkStore extends S3Store implements ConditionalWrites {
  read = (key: string) => this.bucket.read(key);
  replace = (key: string, bytes: Uint8Array, tag: string | undefined) => this.bucket.replace(key, bytes, tag);

  async put(key: string, source: Readable | Uint8Array): Promise<number> {
    return (await this.bucket.put(key, source)).size;
  }

  delete(key: string): Promise<void> {
    return this.bucket.remove(key);
  }

  /** An upload that is not finished is there under its own key, with the bytes of it that are in no part yet. */
  override async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    for await (const { key, size } of this.bucket.list(prefix)) yield { key: uploadOfState(key) ?? key, size };
  }
}

/**
 * Objects that are written once, in a bucket with versions. Writes are conditional, but some servers take and ignore that where there are
 * versions: there, whoever wrote the oldest version of a key has won, and later ones are taken back by their writers.
 */
export class S3EvidenceStore extends S3Store implements EvidenceStore, Retention, LegalHold, Presigning, LockedWrites {
  readonly #locks: S3Locks;
  readonly #conditions: () => boolean;

  /**
   * `conditions`: whether the server heeds those of writes. Where it ignores them, a write that came second must be taken back, which its own
   * lock would forbid: nothing is locked there by the write itself. `keeper`: who makes locks firmer (s3-locks.ts).
   */
  constructor(bucket: S3Bucket, conditions: () => boolean = () => true, keeper?: S3Client) {
    super(bucket);
    this.#locks = new S3Locks(bucket, keeper);
    this.#conditions = conditions;
  }

  retain = (key: string, lock: Lock) => this.#locks.retain(key, lock);
  retention = (key: string) => this.#locks.retention(key);
  presignRetention = (key: string, seconds: number) => this.#locks.presignRetention(key, seconds);
  hold = (key: string, on: boolean) => this.#locks.hold(key, on);
  held = (key: string) => this.#locks.held(key);

  /** Probes of what the server can do are no objects of the installation. */
  override async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    for await (const info of this.bucket.list(prefix)) if (!info.key.startsWith(PROBE_PREFIX)) yield info;
  }

  async put(key: string, source: Readable | Uint8Array, lock?: Lock): Promise<number> {
    const hash = createHash('sha256');
    const passing = passed(source, hash);
    const written = await this.bucket.put(key, passing, { once: true, lock: this.#first(lock) }).catch((error) => {
      if (!isTaken(error)) throw error;
    });
    if (!written) return await this.#demandSame(key, hash.digest('hex'));
    const { size, versionId } = written;
    const winner = await this.#settle(key, versionId);
    if (winner === versionId) return size;
    const same = await this.#same(key, winner, versionId);
    await this.#takeBack(key, versionId, same);
    if (!same) throw exists();
    return size;
  }

  async publish(work: ObjectStore, from: string, to: string, lock?: Lock): Promise<'published' | 'existed'> {
    if ((await this.size(to)) === undefined && (await this.#copy(work, from, to, this.#first(lock)))) {
      await work.delete(from);
      return 'published';
    }
    await work.delete(from);
    return 'existed';
  }

  /** Every version goes, and every marker: what is left of a deletion in between too. Throws ObjectLocked. */
  async delete(key: string): Promise<void> {
    for (const { id } of await this.bucket.versions(key)) {
      await this.bucket.remove(key, id).catch((error) => {
        throw isRefusal(error)
          ? new ObjectLocked(`对象已锁定 / the object is locked: ${key}`, { cause: error })
          : error;
      });
    }
  }

  /** Never through this process when the work store is a bucket too. False when another was first. */
  async #copy(work: ObjectStore, from: string, to: string, lock: Lock | undefined): Promise<boolean> {
    const { versionId } =
      work instanceof S3Store
        ? await this.bucket.copyFrom(work.bucket, from, to, lock)
        : await this.bucket.put(to, await work.get(from), { lock });
    if ((await this.#settle(to, versionId)) === versionId) return true;
    await this.#takeBack(to, versionId, true);
    return false;
  }

  /** One who may not delete leaves a second version of the same bytes: it says nothing else, and goes with the first. */
  async #takeBack(key: string, versionId: string | undefined, same: boolean): Promise<void> {
    await this.bucket.remove(key, versionId).catch((error) => {
      if (!(same && isRefusal(error))) throw error;
    });
  }

  /** The lock that goes with a write. */
  #first(lock: Lock | undefined): Lock | undefined {
    return this.#conditions() ? lock : undefined;
  }

  /** The version that stands. */
  async #settle(key: string, own: string | undefined): Promise<string> {
    if (!own) throw new Error(`存储桶未启用版本控制 / the bucket ${this.bucket.name} keeps no versions`);
    const standing = (await this.bucket.versions(key)).find(({ marker }) => !marker);
    if (!standing) throw missing(key);
    return standing.id;
  }

  /** The size of what is there, when it has this SHA-256. Throws ObjectExists. */
  async #demandSame(key: string, sha256: string): Promise<number> {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of await this.bucket.get(key)) {
      hash.update(chunk);
      size += chunk.length;
    }
    if (hash.digest('hex') !== sha256) throw exists();
    return size;
  }

  async #same(key: string, a: string, b: string | undefined): Promise<boolean> {
    return await sameStreams(await this.bucket.get(key, undefined, a), await this.bucket.get(key, undefined, b));
  }
}

const exists = () => new ObjectExists('对象已存在且内容不同 / the object exists with other bytes');

/** A source whose bytes are digested on their way: of a write that is refused, that is all that is left. */
async function* passed(source: Readable | Uint8Array, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of source instanceof Uint8Array ? [source] : (source as AsyncIterable<Uint8Array>)) {
    hash.update(chunk);
    yield chunk;
  }
}
