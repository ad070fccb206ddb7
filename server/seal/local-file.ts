import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LocalFiles, ObjectStore } from '../../storage/objects/object-store.ts';
import type { Config } from '../config.ts';

/** Copies that a crash left behind are removed at the next start. */
export const scratchFolder = ({ DATA_DIR }: Pick<Config, 'DATA_DIR'>) => join(DATA_DIR, 'scratch');

/**
 * Gives a path that holds an object's bytes, as the store gives them back, for as long as `use` runs: the store's own file, or where it has
 * none a copy on this machine's disk. Throws ObjectMissing.
 */
export async function withLocalFile<T>(
  { config }: { config: Pick<Config, 'DATA_DIR'> },
  store: ObjectStore & Partial<LocalFiles>,
  key: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (store.localPath) return await use(await store.localPath(key));
  return await withNewFile({ config }, async (path) => {
    await pipeline(await store.get(key), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return await use(path);
  });
}

/** Gives the path of a file that is not there yet, and removes what is there when `use` is done. */
export async function withNewFile<T>(
  { config }: { config: Pick<Config, 'DATA_DIR'> },
  use: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(scratchFolder(config), randomUUID());
  await mkdir(scratchFolder(config), { recursive: true, mode: 0o700 });
  try {
    return await use(path);
  } finally {
    await rm(path, { force: true });
  }
}
