import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { ZipLayout } from '../signing/tree.ts';
import type { Tree } from '../signing/verifier.ts';
import { FILES_LIMIT } from './tree-folder.ts';

const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const MADE_BY_UNIX = 3;
const STORED = 0;

/**
 * A zip as a tree of files, read where it lies and never extracted. Names with `..`, absolute ones and backslashes throw;
 * links and encrypted entries are listed as `other`. An entry whose own header names it otherwise than the directory, or whose bytes have
 * another CRC-32, throws when it is read: other tools would unpack something else. So that a small archive cannot cost a large one's work, entries that lie over each
 * other throw (their sizes add up to more than the file's), and no more than FILES_LIMIT are read.
 */
export async function openZipTree(path: string): Promise<Tree & { close: () => void }> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
  try {
    const entries = await entriesOf(zip);
    const byName = new Map(entries.map((entry) => [entry.fileName, entry]));
    return {
      zip: await layoutOf(zip, entries),
      list: async () =>
        entries.map((entry) => ({ path: entry.fileName, size: entry.uncompressedSize, kind: kindOf(entry) })),
      read: (name) => bytesOf(zip, byName.get(name)),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > FILES_LIMIT) throw new Error(`more than ${FILES_LIMIT} files`);
  const entries: Entry[] = [];
  let packed = 0;
  for await (const entry of zip.eachEntry()) {
    packed += entry.compressedSize;
    if (packed > zip.fileSize) throw new Error('entries lie over each other');
    if (!entry.fileName.endsWith('/')) entries.push(entry);
    else if (entry.uncompressedSize > 0) throw new Error(`a folder with content: ${entry.fileName}`);
  }
  return entries;
}

/** A header at the very beginning, without an extra field, is what `file` and other tools know a container by. */
async function layoutOf(zip: ZipFile, entries: readonly Entry[]): Promise<ZipLayout> {
  const first = entries.find(({ relativeOffsetOfLocalHeader }) => relativeOffsetOfLocalHeader === 0);
  const header = first && (await zip.readLocalFileHeaderPromise(first));
  const deflated = entries.filter(({ compressionMethod }) => compressionMethod !== STORED);
  return {
    first:
      header?.extraFieldLength === 0 && header.fileName.equals(first?.fileNameRaw ?? header.fileName)
        ? first?.fileName
        : undefined,
    deflated: deflated.map(({ fileName }) => fileName),
  };
}

function kindOf(entry: Entry): 'file' | 'other' {
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  const odd = entry.versionMadeBy >> 8 === MADE_BY_UNIX && type !== 0 && type !== REGULAR;
  return odd || entry.isEncrypted() || !entry.canDecodeFileData() ? 'other' : 'file';
}

async function* bytesOf(zip: ZipFile, entry: Entry | undefined): AsyncGenerator<Uint8Array> {
  if (!entry || kindOf(entry) === 'other') throw new Error('not a regular file');
  const header = await zip.readLocalFileHeaderPromise(entry);
  if (!header.fileName.equals(entry.fileNameRaw))
    throw new Error(`named otherwise in its own header: ${entry.fileName}`);
  let sum = 0;
  for await (const part of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Uint8Array>) {
    sum = crc32(part, sum);
    yield part;
  }
  if (sum !== entry.crc32) throw new Error(`another CRC-32 than it says: ${entry.fileName}`);
}
