import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isSafePath } from '../../signing/bag.ts';
import { openZipTree } from '../tree-zip.ts';

/** Unpacks a zip of ours into a folder: regular files under safe names only, none written over. Returns how many there were. */
export async function unpack(zipPath: string, folder: string): Promise<number> {
  const zip = await openZipTree(zipPath);
  try {
    const items = await zip.list();
    for (const { path, kind } of items) {
      if (kind !== 'file' || !isSafePath(path)) throw new Error(`not unpacked: ${path}`);
      const target = join(folder, ...path.split('/'));
      await mkdir(dirname(target), { recursive: true });
      await pipeline(Readable.from(zip.read(path)), createWriteStream(target, { flags: 'wx' }));
    }
    return items.length;
  } finally {
    zip.close();
  }
}
