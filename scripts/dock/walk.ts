import type { Stats } from 'node:fs';
import { lstat, opendir } from 'node:fs/promises';
import { cleanName } from './names.ts';

/** A regular file on a card. Paths are bytes: a camera's names need be no text. */
export interface Found {
  path: Buffer;
  /** Parted by slashes, below the card's root, as it is shown. */
  shown: string;
  size: number;
  mtimeMs: number;
}

/** What a walk passed over, and why. */
export interface Passed {
  code: 'symlink' | 'not-a-file' | 'other-file-system' | 'too-deep' | 'too-many-files' | 'unreadable';
  shown: string;
}

const DEEPEST = 12;
/** Entries of one card that are looked at. */
const MOST = 200_000;
/** What operating systems leave on cards. */
const CLUTTER = /^(?:\.|System Volume Information$|\$RECYCLE\.BIN$|LOST\.DIR$|lost\+found$|FOUND\.\d{3}$)/i;

/**
 * Every regular file of a card. A card is hostile: links are not followed, nothing on another file system is entered, and depth and number have an end.
 * What cannot be read is passed over, and `pass` told.
 */
export async function* walk(root: Buffer, pass: (passed: Passed) => void): AsyncGenerator<Found> {
  const { dev } = await lstat(root);
  const folders: { path: Buffer; shown: string; depth: number }[] = [{ path: root, shown: '', depth: 0 }];
  let entries = 0;
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for await (const name of namesIn(folder.path, () => pass({ code: 'unreadable', shown: folder?.shown ?? '' }))) {
      entries += 1;
      if (entries > MOST) {
        pass({ code: 'too-many-files', shown: '' });
        return;
      }
      if (CLUTTER.test(cleanName(name))) continue;
      const path = Buffer.concat([folder.path, Buffer.from('/'), name]);
      const shown = folder.shown === '' ? cleanName(name) : `${folder.shown}/${cleanName(name)}`;
      const stats = await lstat(path).catch(wentMeanwhile);
      if (stats === GONE) continue;
      const wrong = stats ? wrongWith(stats, dev) : 'unreadable';
      if (wrong || !stats) pass({ code: wrong ?? 'unreadable', shown });
      else if (stats.isFile()) yield { path, shown, size: stats.size, mtimeMs: Math.trunc(stats.mtimeMs) };
      else if (folder.depth + 1 > DEEPEST) pass({ code: 'too-deep', shown });
      else folders.push({ path, shown, depth: folder.depth + 1 });
    }
  }
}

const GONE = Symbol('gone');

/** What was taken away between being listed and being looked at is not there; whatever else fails is unreadable. */
const wentMeanwhile = ({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' ? GONE : undefined);

function wrongWith(stats: Stats, dev: number): Passed['code'] | undefined {
  if (stats.isSymbolicLink()) return 'symlink';
  if (!stats.isFile() && !stats.isDirectory()) return 'not-a-file';
  return stats.dev === dev ? undefined : 'other-file-system';
}

async function* namesIn(folder: Buffer, unreadable: () => void): AsyncGenerator<Buffer> {
  try {
    // @types/node knows names as text only.
    const opened = await opendir(folder as unknown as string, { encoding: 'buffer' as BufferEncoding });
    for await (const entry of opened) yield entry.name as unknown as Buffer;
  } catch (error) {
    if (wentMeanwhile(error as NodeJS.ErrnoException) !== GONE) unreadable();
  }
}
