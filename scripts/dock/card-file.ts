import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';

/** A file on a card is no longer what it was when it was looked at. */
export class CardFileChanged extends Error {
  override name = 'CardFileChanged';
}

const CHUNK = 1_048_576;

/**
 * Opens a regular file below the card's root. Links are not followed, in no part of the path: what was opened must lie where its path says. Throws
 * CardFileChanged, and the errors of the file system.
 */
export async function openOnCard(root: Buffer, path: Buffer): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const where = await readlink(`/proc/self/fd/${file.fd}`, { encoding: 'buffer' });
    const within = Buffer.concat([await realpath(root, { encoding: 'buffer' }), path.subarray(root.length)]);
    if (!(await file.stat()).isFile() || !where.equals(within)) throw new CardFileChanged('not a file of this card');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

export interface Digest {
  sha256: string;
  size: number;
}

/**
 * Digests a whole file, which must stay as it is meanwhile. `read` is told the bytes as they come. Throws CardFileChanged when size or time differ from
 * what is expected, before or after.
 */
export async function digestOnCard(
  file: FileHandle,
  expected: { size: number; mtimeMs: number },
  read: (bytes: number) => void = () => {},
): Promise<Digest> {
  const demandSame = async () => {
    const { size, mtimeMs } = await file.stat();
    if (size !== expected.size || Math.trunc(mtimeMs) !== expected.mtimeMs) throw new CardFileChanged('it has changed');
  };
  await demandSame();
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK);
  let size = 0;
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK, size);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    size += bytesRead;
    read(bytesRead);
    if (size > expected.size) throw new CardFileChanged('it grows');
  }
  await demandSame();
  if (size !== expected.size) throw new CardFileChanged('it ends early');
  return { sha256: hash.digest('hex'), size };
}

/** Whether a path still names the file that is open. */
export async function stillThere(file: FileHandle, path: Buffer): Promise<boolean> {
  const [opened, named] = await Promise.all([file.stat(), lstat(path)]);
  return opened.dev === named.dev && opened.ino === named.ino;
}

/** A small file of a card, or its end; undefined when it is not there or not readable. */
export async function readSmallOnCard(
  root: Buffer,
  path: Buffer,
  limit: number,
  from: 'start' | 'end' = 'start',
): Promise<Uint8Array | undefined> {
  try {
    const file = await openOnCard(root, path);
    try {
      const { size } = await file.stat();
      const length = Math.min(size, limit);
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, from === 'start' ? 0 : size - length);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
