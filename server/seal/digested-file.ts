import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { LocalFiles, ObjectStore } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';
import { type Digests, digestFile, type RunningDigest, SLOT_BYTES, startDigest } from './digest.ts';
import { withNewFile } from './local-file.ts';

interface Demand {
  withSm3: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * As withLocalFile, with the digests of what the store gives back: read ahead, or while the copy is being written, or from the store's own
 * file. Throws ObjectMissing, what reading throws, and when `signal` fires.
 */
export async function withDigestedFile<T>(
  deps: Pick<Deps, 'config' | 'readAhead'>,
  store: ObjectStore & Partial<LocalFiles>,
  key: string,
  { withSm3, signal }: Demand,
  use: (path: string, digests: Digests) => Promise<T>,
): Promise<T> {
  if (store.localPath) {
    const path = await store.localPath(key);
    return await use(path, (await deps.readAhead.finish(key)) ?? (await digestFile(path, withSm3, signal)));
  }
  const copied = async (path: string) => writeDigested(await store.get(key), path, { withSm3, signal });
  return await withNewFile(deps, async (path) => use(path, await copied(path)));
}

/** Writes a new file and digests what is in it, behind the writing. */
async function writeDigested(source: Readable, path: string, { withSm3, signal }: Demand): Promise<Digests> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  let digest: RunningDigest | undefined;
  let told = 0;
  const followed = async function* (chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      yield chunk;
      if (file.bytesWritten - told < SLOT_BYTES) continue;
      told = file.bytesWritten;
      digest ??= startDigest(path, withSm3, signal);
      digest.allow(told);
    }
  };
  try {
    await pipeline(source, followed, file, signal ? { signal } : {});
    return digest ? await digest.finish() : await digestFile(path, withSm3, signal);
  } catch (error) {
    digest?.stop();
    throw error;
  }
}
