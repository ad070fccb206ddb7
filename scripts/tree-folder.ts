import { constants } from 'node:fs';
import { lstat, open, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { FILES_LIMIT, type Tree } from '../signing/tree.ts';

const DEPTH_LIMIT = 32;
const CHUNK = 1024 * 1024;

interface Item {
  path: string;
  size: number;
  kind: 'file' | 'other';
}

/**
 * A folder as a tree of files. Links are listed as `other` and never followed; what is no regular file is never opened.
 * `list` throws when there are more than FILES_LIMIT files.
 */
export function folderTree(root: string): Tree {
  return {
    list: async () => {
      const items: Item[] = [];
      await walk(root, '', items, 0);
      return items;
    },
    read: (path) => bytesOf(join(root, ...path.split('/'))),
  };
}

async function walk(folder: string, prefix: string, items: Item[], depth: number): Promise<void> {
  if (depth > DEPTH_LIMIT) throw new Error(`folders are nested more than ${DEPTH_LIMIT} deep`);
  for await (const { name } of await opendir(folder)) {
    const path = prefix + name;
    const stat = await lstat(join(folder, name));
    if (stat.isDirectory()) await walk(join(folder, name), `${path}/`, items, depth + 1);
    else items.push({ path, size: stat.size, kind: stat.isFile() ? 'file' : 'other' });
    if (items.length > FILES_LIMIT) throw new Error(`more than ${FILES_LIMIT} files`);
  }
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) throw new Error('not a regular file');
    yield* file.createReadStream({ highWaterMark: CHUNK, autoClose: false }) as AsyncIterable<Uint8Array>;
  } finally {
    await file.close();
  }
}
