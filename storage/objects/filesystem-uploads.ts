import { constants } from 'node:fs';
import { type FileHandle, lstat, open, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { arriving } from './arriving.ts';
import { ChunkWriter, isCode, makeFolder, syncFile, syncFolder } from './durable.ts';
import { pathOfKey } from './key-path.ts';
import {
  ObjectExists,
  ObjectMissing,
  UploadBusy,
  UploadOffsetWrong,
  type UploadStore,
  UploadTooLong,
} from './object-store.ts';

/** Uploads in the folder of the work store: a finished one is that store's object of the same key. */
export class FilesystemUploadStore implements UploadStore {
  readonly #root: string;
  readonly #appending = new Set<string>();

  constructor(root: string) {
    this.#root = resolve(root);
  }

  async begin(key: string): Promise<void> {
    const path = pathOfKey(this.#root, key);
    await makeFolder(dirname(path));
    try {
      await (await open(path, 'wx', 0o600)).close();
    } catch (error) {
      throw isCode(error, 'EEXIST') ? new ObjectExists(`上传已存在 / the upload exists: ${key}`) : error;
    }
    await syncFolder(dirname(path));
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
      const file = await this.#open(key);
      try {
        return await appendTo(file, offset, source, limit, onBytes);
      } finally {
        await file.close();
      }
    } finally {
      this.#appending.delete(key);
    }
  }

  async length(key: string): Promise<number | undefined> {
    try {
      const stat = await lstat(pathOfKey(this.#root, key));
      return stat.isFile() ? stat.size : undefined;
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
  }

  async complete(key: string): Promise<void> {
    const path = pathOfKey(this.#root, key);
    try {
      await syncFile(path);
    } catch (error) {
      throw isCode(error, 'ENOENT', 'ENOTDIR') ? missing(key) : error;
    }
    await syncFolder(dirname(path));
  }

  async abort(key: string): Promise<void> {
    const path = pathOfKey(this.#root, key);
    try {
      await unlink(path);
      await syncFolder(dirname(path));
    } catch (error) {
      if (!isCode(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }

  async #open(key: string): Promise<FileHandle> {
    try {
      return await open(pathOfKey(this.#root, key), constants.O_RDWR | constants.O_NOFOLLOW);
    } catch (error) {
      throw isCode(error, 'ENOENT', 'ENOTDIR') ? missing(key) : error;
    }
  }
}

const missing = (key: string) => new ObjectMissing(`上传不存在 / no such upload: ${key}`);

async function appendTo(
  file: FileHandle,
  offset: number,
  source: Readable,
  limit: number,
  onBytes: (n: number) => void,
): Promise<number> {
  const { size } = await file.stat();
  if (size !== offset) throw new UploadOffsetWrong(`偏移量应为 ${size} / the offset should be ${size}, not ${offset}`);
  const writer = new ChunkWriter(file, offset);
  let length = offset;
  for await (const chunk of arriving(source)) {
    length += chunk.length;
    if (length > limit) {
      await writer.flush();
      await file.truncate(offset);
      throw new UploadTooLong(`超过 ${limit} 字节 / more than ${limit} bytes`);
    }
    await writer.write(chunk);
    onBytes(chunk.length);
  }
  await writer.flush();
  return length;
}
