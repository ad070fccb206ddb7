import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { blocksOf } from './blocks.ts';
import { checkRange } from './byte-range.ts';
import { checkKey } from './key-path.ts';
import type { Lock } from './object-locks.ts';
import type { ByteRange, ObjectInfo } from './object-store.ts';
import { isMissing, isTaken, missing, statusOf } from './s3-errors.ts';
import { copyParts, PART_BYTES, putParts } from './s3-parts.ts';

/** CopyObject takes no larger object (Amazon S3 API reference, CopyObject). */
const COPY_LIMIT = 5 * 1024 ** 3;

export interface WriteTerms {
  /** The server is asked to refuse when the key is there (isTaken); some servers do not. */
  once?: boolean;
  /** The object is locked from its first moment, where the server heeds that; to be read back in any case. */
  lock?: Lock | undefined;
}

/** S3's headers for a lock with the write itself; a write that carries them must say its MD5 or another checksum too (Amazon S3 API reference, PutObject). */
const lockHeaders = (lock: Lock | undefined) =>
  lock && {
    ObjectLockMode: lock.mode === 'compliance' ? ('COMPLIANCE' as const) : ('GOVERNANCE' as const),
    ObjectLockRetainUntilDate: lock.until,
  };

export interface Written {
  size: number;
  /** Absent where the bucket keeps no versions. */
  versionId: string | undefined;
}

/** One bucket, by the requests that every S3 server knows. Keys are checked (InvalidKey). */
export class S3Bucket {
  readonly client: S3Client;
  readonly name: string;

  constructor(client: S3Client, name: string) {
    this.client = client;
    this.name = name;
  }

  /**
   * Small ones in one request, larger ones in parts: at most two parts of memory. Nothing is left when the source fails.
   */
  async put(
    key: string,
    source: AsyncIterable<Uint8Array> | Uint8Array,
    { once = false, lock }: WriteTerms = {},
  ): Promise<Written> {
    checkKey(key);
    const blocks = blocksOf(source, PART_BYTES);
    const first = (await blocks.next()).value ?? new Uint8Array();
    const more = first.length < PART_BYTES ? undefined : (await blocks.next()).value;
    const condition = once ? { IfNoneMatch: '*' } : {};
    if (more) return await putParts(this, key, [first, more], blocks, condition, lockHeaders(lock));
    const locking = lock && { ...lockHeaders(lock), ContentMD5: createHash('md5').update(first).digest('base64') };
    const { VersionId: versionId } = await this.client.send(
      new PutObjectCommand({ ...this.at(key), ...condition, ...locking, Body: first, ContentLength: first.length }),
    );
    return { size: first.length, versionId };
  }

  async get(key: string, range?: ByteRange, versionId?: string): Promise<Readable> {
    checkKey(key);
    const { start, end } = checkRange(range);
    const Range = start === undefined ? undefined : `bytes=${start}-${end}`;
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ ...this.at(key), Range, VersionId: versionId }));
      return Body as Readable;
    } catch (error) {
      if (statusOf(error) === 416) return Readable.from([]);
      throw isMissing(error) ? missing(key) : error;
    }
  }

  /** A small object, and the tag that `replace` takes. */
  async read(key: string): Promise<{ bytes: Uint8Array; tag: string } | undefined> {
    checkKey(key);
    try {
      const { Body, ETag: tag = '' } = await this.client.send(new GetObjectCommand(this.at(key)));
      return { bytes: await buffer(Body as Readable), tag };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Asks the server to write only over what `tag` was read of, or where nothing is; some write all the same. False: it did not. */
  async replace(key: string, bytes: Uint8Array, tag: string | undefined): Promise<boolean> {
    checkKey(key);
    if (tag === undefined) return await this.#putIf(key, bytes, { IfNoneMatch: '*' });
    // RFC 9110 section 8.8.3 writes tags in quotation marks; Ceph's RGW knows its own only without.
    const bare = tag.replaceAll('"', '');
    return (await this.#putIf(key, bytes, { IfMatch: tag })) || (await this.#putIf(key, bytes, { IfMatch: bare }));
  }

  async #putIf(key: string, Body: Uint8Array, condition: { IfMatch?: string; IfNoneMatch?: string }): Promise<boolean> {
    try {
      await this.client.send(new PutObjectCommand({ ...this.at(key), ...condition, Body, ContentLength: Body.length }));
      return true;
    } catch (error) {
      if (isTaken(error) || isMissing(error)) return false;
      throw error;
    }
  }

  async head(key: string, versionId?: string): Promise<HeadObjectCommandOutput | undefined> {
    checkKey(key);
    try {
      return await this.client.send(new HeadObjectCommand({ ...this.at(key), VersionId: versionId }));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** One version, or in a bucket without versions the object. Idempotent. */
  async remove(key: string, versionId?: string): Promise<void> {
    checkKey(key);
    try {
      await this.client.send(new DeleteObjectCommand({ ...this.at(key), VersionId: versionId }));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }

  /** Copies inside the server the object that is there now, or nothing when it changes on the way. Throws ObjectMissing. */
  async copyFrom(source: S3Bucket, from: string, to: string, lock?: Lock): Promise<Written> {
    checkKey(to);
    const found = await source.head(from);
    if (!found) throw missing(from);
    const size = found.ContentLength ?? 0;
    const writer = randomUUID();
    const copy = {
      CopySource: `${source.name}/${from.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceIfMatch: found.ETag,
    };
    try {
      const versionId =
        size > COPY_LIMIT
          ? await copyParts(this, copy, to, size, { Metadata: { writer }, ...lockHeaders(lock) })
          : await this.#copy({
              ...this.at(to),
              ...copy,
              ...lockHeaders(lock),
              MetadataDirective: 'REPLACE',
              Metadata: { writer },
            });
      return { size, versionId: versionId ?? (await this.#versionOf(to, writer)) };
    } catch (error) {
      throw isMissing(error) ? missing(from) : error;
    }
  }

  async #copy(input: CopyObjectCommandInput): Promise<string | undefined> {
    return (await this.client.send(new CopyObjectCommand(input))).VersionId;
  }

  /** Ceph does not say which version a copy made: it is found by the mark that it was made with. */
  async #versionOf(key: string, writer: string): Promise<string | undefined> {
    for (const { id, marker } of await this.versions(key)) {
      if (!marker && (await this.head(key, id))?.Metadata?.writer === writer) return id;
    }
    return undefined;
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const folders = prefix.split('/').slice(0, -1);
    if (folders.some((folder) => folder === '' || folder.startsWith('.'))) return;
    for (let ContinuationToken: string | undefined; ; ) {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.name, Prefix: prefix, ContinuationToken }),
      );
      for (const { Key: key = '', Size: size = 0 } of page.Contents ?? []) yield { key, size };
      ContinuationToken = page.NextContinuationToken;
      if (!page.IsTruncated || !ContinuationToken) return;
    }
  }

  /** Ids of the versions of one key, oldest first; markers of deletion are among them. */
  async versions(key: string): Promise<{ id: string; marker: boolean }[]> {
    checkKey(key);
    const found: { id: string; marker: boolean }[] = [];
    for (let from: { KeyMarker?: string; VersionIdMarker?: string } = {}; ; ) {
      const page = await this.client.send(new ListObjectVersionsCommand({ Bucket: this.name, Prefix: key, ...from }));
      const [versions, markers] = [page.Versions ?? [], page.DeleteMarkers ?? []];
      for (const { Key, VersionId: id = '' } of versions) if (Key === key) found.push({ id, marker: false });
      for (const { Key, VersionId: id = '' } of markers) if (Key === key) found.push({ id, marker: true });
      // Keys come in order, and this one before all that are longer.
      const last = page.NextKeyMarker;
      if (!page.IsTruncated || !last || last !== key) return found.reverse();
      from = { KeyMarker: last, ...(page.NextVersionIdMarker && { VersionIdMarker: page.NextVersionIdMarker }) };
    }
  }

  at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.name, Key: key };
  }
}
