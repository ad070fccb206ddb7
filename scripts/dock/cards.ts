import { lstat, readdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { cleanName } from './names.ts';

/** A mounted folder of a camera. */
export interface Mount {
  /** Absolute; bytes, for labels of cards need be no text. */
  root: Buffer;
  /** Its name as it is shown. */
  folder: string;
  /** Of which file system, and which folder of it: another one at the same place is another card. */
  dev: number;
  ino: number;
}

/** A folder in the form that cameras give their cards. */
const CARD_FOLDERS = /^(?:DCIM|PRIVATE|MISC)$/i;

/**
 * The cards below a folder: each folder in it is one; the folder itself is one when files lie in it, or folders as on a card. Names that begin with a
 * dot, and links, are passed over. Rejects with the error of the file system when the folder cannot be read.
 */
export async function findCards(watched: string): Promise<Mount[]> {
  const root = Buffer.from(resolve(watched));
  const all = await readdir(root, { withFileTypes: true, encoding: 'buffer' });
  const entries = all.filter(({ name }) => name[0] !== DOT).sort((a, b) => Buffer.compare(a.name, b.name));
  const itself = entries.some(
    (entry) => entry.isFile() || (entry.isDirectory() && CARD_FOLDERS.test(cleanName(entry.name))),
  );
  const folders: Pick<Mount, 'root' | 'folder'>[] = itself
    ? [{ root, folder: basename(resolve(watched)) }]
    : entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => ({ root: Buffer.concat([root, Buffer.from('/'), name]), folder: cleanName(name) }));
  const mounts = await Promise.all(
    folders.map(async (each) => {
      const place = await placeOf(each.root);
      return place && { ...each, ...place };
    }),
  );
  return mounts.filter((mount) => mount !== undefined);
}

const DOT = 0x2e;

/** Whether a card is still attached. */
export async function isThere({ root, dev, ino }: Mount): Promise<boolean> {
  const now = await placeOf(root);
  return now?.dev === dev && now.ino === ino;
}

/** Undefined for what is no folder, or went meanwhile. */
async function placeOf(root: Buffer): Promise<{ dev: number; ino: number } | undefined> {
  const found = await lstat(root).catch(() => undefined);
  return found?.isDirectory() ? { dev: found.dev, ino: found.ino } : undefined;
}
