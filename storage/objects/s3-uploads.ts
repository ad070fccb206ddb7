import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { arriving } from './arriving.ts';
import { checkKey } from './key-path.ts';
import { ObjectExists, UploadBusy, UploadOffsetWrong, type UploadStore, UploadTooLong } from './object-store.ts';
import { PartBlock } from './part-block.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { missing } from './s3-errors.ts';
import { abortParts, completeParts, MAX_PARTS, PART_BYTES, putPart, tagsOfParts } from './s3-parts.ts';
import { PartsBehind } from './s3-parts-behind.ts';

/** No segment of a key of our layout ends so. */
const ENDING = '.upload';

/** The key of the upload whose state lies under a key; undefined when it is no state. */
export const uploadOfState = (key: string): string | undefined =>
  key.endsWith(ENDING) ? key.slice(0, -ENDING.length) : undefined;

/** How far an upload is: so many full parts in the multipart upload `id`, and bytes that fill no part yet. */
interface Progress {
  id: string | undefined;
  parts: number;
  tailBytes: number;
}

const lengthOf = ({ parts, tailBytes }: Progress) => parts * PART_BYTES + tailBytes;

/**
 * Uploads in the work bucket. Full parts lie in a multipart upload, the bytes after them in an object beside it whose metadata say what there
 * is: one request writes both, so they never disagree, and any process can go on. A part that is written and not in the state yet is
 * written again.
 */
export class S3UploadStore implements UploadStore {
  readonly #bucket: S3Bucket;
  readonly #appending = new Set<string>();

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  async begin(key: string): Promise<void> {
    if ((await this.length(key)) !== undefined) {
      throw new ObjectExists(`上传已存在 / the upload exists: ${key}`);
    }
    await this.#save(key, { id: undefined, parts: 0 }, new Uint8Array());
  }

  async append(
    key: string,
    offset: number,
    source: Readable,
    limit: number,
    onBytes: (n: number) => void = () => {},
  ): Promise<number> {
    if (this.#appending.has(key)) throw new UploadBusy(`上传正在写入 / the upload is being written to: ${key}`);
    this.#appending.add(key);
    try {
      return await this.#append(key, offset, source, limit, onBytes);
    } finally {
      this.#appending.delete(key);
    }
  }

  async length(key: string): Promise<number | undefined> {
    const progress = await this.#progress(key);
    return progress ? lengthOf(progress) : (await this.#bucket.head(key))?.ContentLength;
  }

  /** A crash may have come between any two steps: the object counts once it is there in the upload's length. */
  async complete(key: string): Promise<void> {
    const progress = await this.#progress(key);
    const there = (await this.#bucket.head(key))?.ContentLength;
    if (!progress) {
      if (there === undefined) throw missing(key);
      return;
    }
    if (there !== lengthOf(progress)) await this.#assemble(key, progress);
    await this.#bucket.remove(key + ENDING);
  }

  async abort(key: string): Promise<void> {
    const progress = await this.#progress(key);
    if (progress?.id) await abortParts(this.#bucket, key, progress.id);
    await this.#bucket.remove(key + ENDING);
    await this.#bucket.remove(key);
  }

  async #append(key: string, offset: number, source: Readable, limit: number, onBytes: (n: number) => void) {
    const before = await this.#progress(key);
    if (!before) {
      const there = (await this.#bucket.head(key))?.ContentLength;
      throw there === undefined ? missing(key) : wrong(offset, there);
    }
    if (lengthOf(before) !== offset) throw wrong(offset, lengthOf(before));
    const parts = new PartsBehind(this.#bucket, key, before, (state) => this.#save(key, state, new Uint8Array()));
    const tail = before.tailBytes > 0 ? await buffer(await this.#bucket.get(key + ENDING)) : Buffer.alloc(0);
    let block = new PartBlock();
    try {
      block.add(tail);
      let length = offset;
      for await (const chunk of arriving(source)) {
        length += chunk.length;
        if (length > limit || length > MAX_PARTS * PART_BYTES) {
          // Parts of this call are not in the state any more, so they are not there: the next ones take their places.
          const { id, parts: written } = await parts.end();
          if (written > before.parts) await this.#save(key, { id, parts: before.parts }, tail);
          throw new UploadTooLong(`超过 ${limit} 字节 / more than ${limit} bytes`);
        }
        onBytes(chunk.length);
        for (let rest = block.add(chunk); block.full; rest = block.add(rest)) {
          const full = block;
          block = new PartBlock();
          await parts.put(full);
        }
      }
      const state = await parts.end();
      if (length > offset) await this.#save(key, state, Buffer.from(block.bytes));
      return length;
    } finally {
      block.release();
    }
  }

  async #assemble(key: string, progress: Progress): Promise<void> {
    const { id, parts, tailBytes } = progress;
    const tail = tailBytes > 0 ? await buffer(await this.#bucket.get(key + ENDING)) : Buffer.alloc(0);
    if (!id) {
      await this.#bucket.put(key, tail);
      return;
    }
    const tags = await tagsOfParts(this.#bucket, key, id, parts);
    if (tailBytes > 0) tags.push((await putPart(this.#bucket, key, id, parts + 1, tail)).tag);
    await completeParts(this.#bucket, key, id, tags);
    const size = (await this.#bucket.head(key))?.ContentLength;
    if (size !== lengthOf(progress)) throw new Error(`上传长度不符 / the finished upload has ${size} bytes: ${key}`);
  }

  async #progress(key: string): Promise<Progress | undefined> {
    checkKey(key);
    const state = await this.#bucket.head(key + ENDING);
    if (!state) return undefined;
    const { id, parts } = state.Metadata ?? {};
    return { id: id || undefined, parts: Number(parts), tailBytes: state.ContentLength ?? 0 };
  }

  async #save(key: string, { id, parts }: Pick<Progress, 'id' | 'parts'>, tail: Uint8Array): Promise<void> {
    const Metadata = { parts: String(parts), ...(id && { id }) };
    const own = { ...this.#bucket.at(key + ENDING), Metadata };
    await this.#bucket.client.send(new PutObjectCommand({ ...own, Body: tail, ContentLength: tail.length }));
  }
}

const wrong = (offset: number, length: number) =>
  new UploadOffsetWrong(`偏移量应为 ${length} / the offset should be ${length}, not ${offset}`);
