/** Files whose bytes and names outlive a loss of power, once these have resolved. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Bytes written at once. */
export const CHUNK = 1024 * 1024;

/** Makes the names in a folder durable: those made, moved and removed. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Makes the bytes of a file durable that another handle wrote. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a folder and those above it, mode 0700, each name durable. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** Writes all of the chunks at a position, also when the system takes them piecewise. */
async function writeAll(file: FileHandle, chunks: Uint8Array[], position: number): Promise<void> {
  let left = chunks;
  let at = position;
  while (left.length > 0) {
    const { bytesWritten } = await file.writev(left, at);
    at += bytesWritten;
    left = after(left, bytesWritten);
  }
}

function after(chunks: Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  return chunks.flatMap((chunk) => {
    const taken = Math.min(skip, chunk.length);
    skip -= taken;
    return taken === chunk.length ? [] : [chunk.subarray(taken)];
  });
}

/**
 * Collects small chunks and writes them in large ones, while the next are already coming in: at most two chunks of memory. After an
 * error of the file the first `write` or `flush` throws it.
 */
export class ChunkWriter {
  readonly #file: FileHandle;
  #position: number;
  #chunks: Uint8Array[] = [];
  #collected = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, position: number) {
    this.#file = file;
    this.#position = position;
  }

  /** Takes the chunk over: the caller must not write into it again. */
  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#collected += chunk.length;
    if (this.#collected >= CHUNK) await this.#start();
  }

  async flush(): Promise<void> {
    if (this.#collected > 0) await this.#start();
    await this.#writing;
  }

  async #start(): Promise<void> {
    await this.#writing;
    const [chunks, position] = [this.#chunks, this.#position];
    this.#position += this.#collected;
    this.#chunks = [];
    this.#collected = 0;
    this.#writing = writeAll(this.#file, chunks, position);
    this.#writing.catch(() => {});
  }
}

/** Whether two files hold the same bytes. */
export async function sameBytes(a: string, b: string): Promise<boolean> {
  const files = await Promise.all([open(a, 'r'), open(b, 'r')]);
  try {
    const [left, right] = files as [FileHandle, FileHandle];
    if ((await left.stat()).size !== (await right.stat()).size) return false;
    const [x, y] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
    for (let at = 0; ; ) {
      const [m, n] = await Promise.all([readAt(left, x, at), readAt(right, y, at)]);
      if (m !== n || !x.subarray(0, m).equals(y.subarray(0, n))) return false;
      if (m === 0) return true;
      at += m;
    }
  } finally {
    for (const file of files) await file.close();
  }
}

/** Fills the buffer as far as the file goes. */
async function readAt(file: FileHandle, buffer: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** Whether an error is one of these of the system (`ENOENT`, …). */
export const isCode = (error: unknown, ...codes: string[]): boolean =>
  codes.includes(String((error as { code?: unknown } | undefined)?.code));

/** Where files of a store lie until they have their names; on the same file system, so that a name is given at once. */
export const temporaryFolder = (root: string) => join(root, '.tmp');
