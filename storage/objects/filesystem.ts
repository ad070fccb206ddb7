import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, type FileHandle, link, lstat, open, opendir, rename, rm, statfs, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { checkRange } from './byte-range.ts';
import { ChunkWriter, isCode, makeFolder, sameBytes, syncFile, syncFolder, temporaryFolder } from './durable.ts';
import { keyOfPath, pathOfKey } from './key-path.ts';
import {
  type ByteRange,
  type EvidenceStore,
  type LocalFiles,
  ObjectExists,
  type ObjectInfo,
  ObjectMissing,
  type ObjectStore,
} from './object-store.ts';

const READ_CHUNK = 256 * 1024;

/** What both stores have in common: files below a root folder, written under a temporary name first. */
abstract class FilesystemStore implements ObjectStore, LocalFiles {
  protected readonly root: string;
  /** Mode of a finished object. */
  protected abstract readonly mode: number;

  constructor(root: string) {
    this.root = resolve(root);
  }

  /** Makes the folders and removes what a crash left half-written. To be called once, by the process that holds the data folder. */
  async prepare(): Promise<void> {
    await rm(temporaryFolder(this.root), { recursive: true, force: true });
    await makeFolder(temporaryFolder(this.root));
  }

  async put(key: string, source: Readable | Uint8Array): Promise<number> {
    const path = pathOfKey(this.root, key);
    const temporary = join(temporaryFolder(this.root), randomUUID());
    try {
      const size = await this.#write(temporary, source);
      await makeFolder(dirname(path));
      await this.settle(temporary, path);
      await syncFolder(dirname(path));
      return size;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Gives a finished temporary file its name. */
  protected abstract settle(temporary: string, path: string): Promise<void>;

  async get(key: string, range?: ByteRange): Promise<Readable> {
    const bounds = checkRange(range);
    const file = await this.#open(key);
    return file.createReadStream({ ...bounds, highWaterMark: READ_CHUNK });
  }

  async size(key: string): Promise<number | undefined> {
    return (await statFile(pathOfKey(this.root, key)))?.size;
  }

  async delete(key: string): Promise<void> {
    const path = pathOfKey(this.root, key);
    try {
      await unlink(path);
      await syncFolder(dirname(path));
    } catch (error) {
      if (!isCode(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }

  async *list(prefix: string): AsyncGenerator<ObjectInfo> {
    const folders = prefix.split('/').slice(0, -1);
    if (folders.some((folder) => folder === '' || folder.startsWith('.'))) return;
    for await (const info of walk(this.root, folders)) if (info.key.startsWith(prefix)) yield info;
  }

  async freeSpace(): Promise<number> {
    const { bavail, bsize } = await statfs(this.root);
    return bavail * bsize;
  }

  async localPath(key: string): Promise<string> {
    const path = pathOfKey(this.root, key);
    if (!(await statFile(path))) throw missing(key);
    return path;
  }

  async #open(key: string): Promise<FileHandle> {
    const path = await this.localPath(key);
    try {
      return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      throw isCode(error, 'ENOENT', 'ENOTDIR') ? missing(key) : error;
    }
  }

  async #write(path: string, source: Readable | Uint8Array): Promise<number> {
    await makeFolder(dirname(path));
    const file = await open(path, 'wx', 0o600);
    try {
      const writer = new ChunkWriter(file, 0);
      let size = 0;
      for await (const chunk of source instanceof Uint8Array ? [source] : source) {
        size += chunk.length;
        await writer.write(chunk);
      }
      await writer.flush();
      await file.chmod(this.mode);
      await file.sync();
      return size;
    } finally {
      await file.close();
    }
  }
}

/** Objects that may be replaced and go again. */
export class FilesystemWorkStore extends FilesystemStore {
  protected override readonly mode = 0o600;

  protected override settle(temporary: string, path: string): Promise<void> {
    return rename(temporary, path);
  }
}

/** Objects that are written once: published by link(), which never replaces, and read-only from then on. */
export class FilesystemEvidenceStore extends FilesystemStore implements EvidenceStore {
  protected override readonly mode = 0o400;

  protected override async settle(temporary: string, path: string): Promise<void> {
    try {
      await link(temporary, path);
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
      if (!(await sameBytes(temporary, path)))
        throw new ObjectExists('对象已存在且内容不同 / the object exists with other bytes');
    }
  }

  async publish(work: ObjectStore, from: string, to: string): Promise<'published' | 'existed'> {
    if ((await this.size(to)) !== undefined) return this.#existed(work, from, to);
    const source = isLocal(work) ? await work.localPath(from) : undefined;
    const linked = source === undefined ? 'impossible' : await this.#link(source, to);
    if (linked === 'existed') return this.#existed(work, from, to);
    if (linked === 'impossible') await this.put(to, await work.get(from));
    await work.delete(from);
    return 'published';
  }

  /** A crash may have come between the name and its fsync. */
  async #existed(work: ObjectStore, from: string, to: string): Promise<'existed'> {
    const path = pathOfKey(this.root, to);
    await syncFile(path);
    await syncFolder(dirname(path));
    await work.delete(from);
    return 'existed';
  }

  /** 'impossible' when the work object cannot be linked from here and its bytes must be copied. */
  async #link(source: string, to: string): Promise<'published' | 'existed' | 'impossible'> {
    const path = pathOfKey(this.root, to);
    await makeFolder(dirname(path));
    await chmod(source, this.mode);
    await syncFile(source);
    try {
      await link(source, path);
    } catch (error) {
      if (isCode(error, 'EEXIST')) return 'existed';
      if (isCode(error, 'EXDEV', 'EPERM', 'EMLINK')) return 'impossible';
      throw error;
    }
    await syncFolder(dirname(path));
    return 'published';
  }
}

const missing = (key: string) => new ObjectMissing(`对象不存在 / no such object: ${key}`);

async function statFile(path: string) {
  try {
    const stat = await lstat(path);
    return stat.isFile() ? stat : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

const isLocal = (store: ObjectStore): store is ObjectStore & LocalFiles => 'localPath' in store;

async function* walk(root: string, folders: readonly string[]): AsyncGenerator<ObjectInfo> {
  const here = await openFolder(join(root, ...folders));
  if (!here) return;
  for await (const entry of here) {
    const segments = [...folders, entry.name];
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      yield* walk(root, segments);
      continue;
    }
    const key = keyOfPath(segments);
    const stat = key === undefined ? undefined : await statFile(join(root, ...segments));
    if (key !== undefined && stat) yield { key, size: stat.size };
  }
}

async function openFolder(path: string) {
  try {
    return await opendir(path);
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
