import { outermostOf, type Tree, withoutOutermost } from '../../signing/tree.ts';
import { openZip } from '../../signing/zip.ts';
import { crc32 } from './crc32.ts';

/** What was chosen or dropped, as a tree of files that can also be played from where they lie. */
export interface FileTree {
  /** Of the zip, or of the outermost folder. */
  name: string;
  tree: Tree;
  /** The bytes of a file, not copied; undefined when they are compressed and too many to unpack in memory. */
  blob(path: string, type: string): Promise<Blob | undefined>;
}

/** A file of a folder, by its path there. */
export interface FoundFile {
  path: string;
  file: File;
}

const CHUNK = 1_048_576;
const PIECE = 262_144;
const UNPACKED_LIMIT = 256 * 1_048_576;

const bytesOf = async (file: Blob, start: number, end: number) =>
  new Uint8Array(await file.slice(start, end).arrayBuffer());

/** Small reads are served from a piece that is read at once: asking a browser costs much more than the bytes. */
function readerOf(file: Blob): (start: number, end: number) => Promise<Uint8Array> {
  let kept = { start: 0, bytes: new Uint8Array() };
  return async (start, end) => {
    if (end - start > PIECE) return await bytesOf(file, start, end);
    let piece = kept;
    if (start < piece.start || end > piece.start + piece.bytes.length) {
      piece = { start, bytes: await bytesOf(file, start, Math.min(start + PIECE, file.size)) };
      kept = piece;
    }
    return piece.bytes.subarray(start - piece.start, end - piece.start);
  };
}

/** Throws ProofError as openZip does. */
async function zipTree(file: File): Promise<FileTree> {
  const zip = await openZip({ size: file.size, read: readerOf(file) }, crc32);
  const items = await zip.list();
  const prefix = outermostOf(items);
  const unpacked = async (path: string, type: string) => {
    const size = items.find((item) => item.path === path)?.size ?? 0;
    return size > UNPACKED_LIMIT ? undefined : new Blob(await Array.fromAsync(zip.read(path), copied), { type });
  };
  return {
    name: file.name,
    tree: await withoutOutermost(zip),
    blob: async (path, type) => {
      const place = await zip.stored(prefix + path);
      return place ? file.slice(place.start, place.end, type) : await unpacked(prefix + path, type);
    },
  };
}

const copied = (bytes: Uint8Array) => Uint8Array.from(bytes);

/** A browser shows no links: what a folder has them point to is read in their place. */
export async function folderTree(found: readonly FoundFile[]): Promise<FileTree> {
  const files = new Map(found.map(({ path, file }) => [path, file]));
  const items = found.map(({ path, file }) => ({ path, size: file.size, kind: 'file' as const }));
  const prefix = outermostOf(items);
  const whole: Tree = {
    list: async () => items,
    read: async function* (path) {
      const file = fileAt(files, path);
      for (let at = 0; at < file.size; at += CHUNK) yield await bytesOf(file, at, Math.min(at + CHUNK, file.size));
    },
  };
  return {
    name: prefix.replace(/\/$/, '') || (found[0]?.path ?? ''),
    tree: await withoutOutermost(whole),
    blob: async (path, type) => {
      const file = fileAt(files, prefix + path);
      return file.slice(0, file.size, type);
    },
  };
}

function fileAt(files: ReadonlyMap<string, File>, path: string): File {
  const file = files.get(path);
  if (!file) throw new Error(`not there: ${path}`);
  return file;
}

/** A zip when it is one file that begins as one, else a folder. */
export async function openFiles(found: readonly FoundFile[]): Promise<FileTree> {
  const [first, ...others] = found;
  const alone = first && others.length === 0 && !first.path.includes('/');
  return alone ? await zipTree(first.file) : await folderTree(found);
}
