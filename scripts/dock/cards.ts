import { lstat, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

/** A mounted folder of a camera. */
export interface Mount {
  /** Absolute. */
  root: string;
  folder: string;
}

/** A folder in the form that cameras give their cards. */
const CARD_FOLDERS = /^(?:DCIM|PRIVATE|MISC)$/i;

/**
 * The cards below a folder: each folder in it is one; the folder itself is one when files lie in it, or folders as on a card. Names that begin with a
 * dot, and links, are passed over. Rejects with the error of the file system when the folder cannot be read.
 */
export async function findCards(watched: string): Promise<Mount[]> {
  const root = resolve(watched);
  const entries = (await readdir(root, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const itself = entries.some((entry) => entry.isFile() || (entry.isDirectory() && CARD_FOLDERS.test(entry.name)));
  if (itself) return [{ root, folder: basename(root) }];
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ root: join(root, name), folder: name }))
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** Whether a card is still attached. */
export const isThere = async ({ root }: Mount): Promise<boolean> =>
  (await lstat(root).catch(() => undefined))?.isDirectory() ?? false;
