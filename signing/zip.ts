import { ProofError } from './proof-error.ts';
import { FILES_LIMIT, type Tree, type ZipLayout } from './tree.ts';
import { type CentralHeader, readCentral, readEnd, readLocal } from './zip-headers.ts';

/** Bytes that can be read anywhere: a file on disk, or one that was dropped on a page. */
export interface ByteSource {
  size: number;
  /** Exactly the bytes from `start` to `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

export interface ZipTree extends Tree {
  /** Where the bytes of an entry lie when they are not compressed, so that they can be read from anywhere in it. */
  stored(path: string): Promise<{ start: number; end: number } | undefined>;
}

/** CRC-32 of ISO 3309 of more bytes, going on from `before`. */
export type Crc32 = (bytes: Uint8Array, before: number) => number;

interface Entry extends CentralHeader {
  /** Where the next entry begins, or the directory. */
  end: number;
}

const CHUNK = 1_048_576;
/** Deflate makes up to 1032 times as much of its input, so it is given little at a time. */
const DEFLATED_CHUNK = 16_384;
const DIRECTORY_LIMIT = 256 * 1_048_576;
/** Bits of the flags: traditional, strong and masked encryption; sizes and CRC-32 behind the bytes. */
const ENCRYPTED = 0x2041;
const DESCRIBED = 0x0008;
/** Lengths of a data descriptor, with or without its signature, in either width (APPNOTE section 4.3.9). */
const DESCRIPTORS = [12, 16, 20, 24];
const STORED = 0;
const DEFLATED = 8;

/**
 * A zip (PKWARE APPNOTE 6.3) as a tree of files, read where it lies and never extracted. What two tools could unpack to different files throws:
 * names with `..`, absolute ones and backslashes, second names, bytes that belong to no entry, entries that lie over each other (so that a
 * small archive cannot cost a large one's work either). Links, encrypted entries and unusual compressions are listed as `other`. An entry whose
 * own header differs from the directory, or whose bytes have another CRC-32 or size, throws when it is read. Throws ProofError `ZIP_*`.
 */
export async function openZip(source: ByteSource, crc32: Crc32): Promise<ZipTree> {
  const entries = await entriesOf(source);
  const layout = await layoutOf(source, entries);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return {
    zip: layout,
    list: async () => entries.map((entry) => ({ path: entry.path, size: entry.size, kind: kindOf(entry) })),
    read: (path) => bytesOf(source, byPath.get(path), crc32),
    stored: async (path) => {
      const entry = byPath.get(path);
      return entry?.method === STORED && kindOf(entry) === 'file' ? await placeOf(source, entry) : undefined;
    },
  };
}

async function entriesOf(source: ByteSource): Promise<Entry[]> {
  const tail = Math.max(0, source.size - 98);
  const { count, start, end } = readEnd(await source.read(tail, source.size), tail);
  if (count > FILES_LIMIT || end - start > DIRECTORY_LIMIT) invalid(`more than ${FILES_LIMIT} files`);
  const headers = readCentral(await source.read(start, end), count).sort((a, b) => a.offset - b.offset);
  const entries = headers.map((header, at) => ({ ...header, end: headers[at + 1]?.offset ?? start }));
  if ((entries[0]?.offset ?? start) !== 0) invalid('bytes before the first entry');
  for (const entry of entries) {
    if (entry.offset + 30 + entry.name.length + entry.packed > entry.end) invalid('entries lie over each other');
    demandPlain(entry);
    if (isFolder(entry)) await placeOf(source, entry);
  }
  return entries.filter((entry) => !isFolder(entry));
}

/** A header at the very beginning, without an extra field, is what `file` and other tools know a container by. */
async function layoutOf(source: ByteSource, entries: readonly Entry[]): Promise<ZipLayout> {
  const first = entries.find(({ offset }) => offset === 0);
  const bare = first && (await placeOf(source, first)).start === 30 + first.name.length;
  return {
    first: bare ? first.path : undefined,
    deflated: entries.filter(({ method }) => method !== STORED).map(({ path }) => path),
  };
}

const isFolder = ({ path }: Entry) => path.endsWith('/');

function demandPlain({ path, size, packed }: Entry): void {
  const parts = path.split('/');
  if (path.includes('\\') || /^([A-Za-z]:|\/)/.test(path) || parts.includes('..')) invalid(`unsafe name: ${path}`);
  if (path.endsWith('/') && size + packed > 0) invalid(`a folder with content: ${path}`);
}

const UNIX = 3;
const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;

function kindOf({ madeBy, attributes, flags, method }: Entry): 'file' | 'other' {
  const type = (attributes >>> 16) & TYPE_MASK;
  const odd = madeBy >> 8 === UNIX && type !== 0 && type !== REGULAR;
  return odd || flags & ENCRYPTED || (method !== STORED && method !== DEFLATED) ? 'other' : 'file';
}

/** Where the bytes of an entry lie, its own header checked. */
async function placeOf(source: ByteSource, entry: Entry): Promise<{ start: number; end: number }> {
  const length = readLocal(await source.read(entry.offset, Math.min(entry.offset + 30, entry.end))).length;
  const header = await source.read(entry.offset, Math.min(entry.offset + length, entry.end));
  const { name, method, flags } = readLocal(header);
  const same = Buffer.compare(name, entry.name) === 0 && method === entry.method && flags === entry.flags;
  const [start, end] = [entry.offset + length, entry.offset + length + entry.packed];
  if (!same) invalid(`another in its own header: ${entry.path}`);
  const after = entry.end - end;
  if (flags & DESCRIBED ? !DESCRIPTORS.includes(after) : after !== 0) invalid(`bytes beside an entry: ${entry.path}`);
  return { start, end };
}

async function* bytesOf(source: ByteSource, entry: Entry | undefined, crc32: Crc32): AsyncGenerator<Uint8Array> {
  if (!entry || kindOf(entry) === 'other') throw new ProofError('ZIP_ENTRY', 'not a regular file');
  const { start, end } = await placeOf(source, entry);
  const packed = pieces(source, start, end, entry.method === STORED ? CHUNK : DEFLATED_CHUNK);
  let [sum, size] = [0, 0];
  for await (const part of entry.method === STORED ? packed : inflated(packed)) {
    size += part.length;
    if (size > entry.size) break;
    sum = crc32(part, sum);
    yield part;
  }
  if (size !== entry.size) throw new ProofError('ZIP_ENTRY', `another size than it says: ${entry.path}`);
  if (sum !== entry.crc32) throw new ProofError('ZIP_ENTRY', `another CRC-32 than it says: ${entry.path}`);
}

async function* pieces(source: ByteSource, start: number, end: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += length) yield await source.read(at, Math.min(at + length, end));
}

/** RFC 1951. Throws ProofError `ZIP_ENTRY` for what is no such stream, or has bytes after its end. */
async function* inflated(packed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      const { value, done } = await packed.next();
      if (done) controller.close();
      else controller.enqueue(Uint8Array.from(value));
    },
  });
  const reader = input.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (cause) {
    if (cause instanceof ProofError) throw cause;
    throw new ProofError('ZIP_ENTRY', 'the deflated bytes are broken', { cause });
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function invalid(reason: string): never {
  throw new ProofError('ZIP_INVALID', reason);
}
