import { ProofError } from './proof-error.ts';

/** Headers of a zip (PKWARE APPNOTE 6.3 section 4.3), one disk, ZIP64 where it must be. Everything throws ProofError `ZIP_INVALID`. */

export interface CentralHeader {
  /** As text, and the bytes that the entry's own header must repeat. */
  path: string;
  name: Uint8Array;
  madeBy: number;
  flags: number;
  /** 0 stored, 8 deflated. */
  method: number;
  crc32: number;
  /** Bytes in the archive, and unpacked. */
  packed: number;
  size: number;
  attributes: number;
  /** Of the entry's own header. */
  offset: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const [MAX16, MAX32] = [0xffff, 0xffffffff];
const ZIP64_FIELD = 0x0001;
const UNICODE_PATH_FIELD = 0x7075;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Where the central directory is. `tail` is the end of the archive, at least its last 98 bytes; `at` is where it begins. */
export function readEnd(tail: Uint8Array, at: number): { count: number; start: number; end: number } {
  const view = new Fields(tail);
  const last = tail.length - 22;
  if (last < 0 || view.u32(last) !== END || view.u16(last + 20) !== 0) {
    invalid('not a zip, or bytes after its end');
  }
  const disks = [view.u16(last + 4), view.u16(last + 6)];
  const [here, count, size, start] = [last + 8, last + 10, last + 12, last + 16];
  const found = { count: view.u16(count), size: view.u32(size), start: view.u32(start) };
  let end = at + last;
  if (last >= 20 && view.u32(last - 20) === LOCATOR64) {
    const record = last - 76;
    const whole = record >= 0 && view.u32(record) === END64 && view.u64(record + 4) === 44;
    const one = view.u32(last - 16) === 0 && view.u64(last - 12) === at + record && view.u32(last - 4) === 1;
    if (!whole || !one || view.u32(record + 16) + view.u32(record + 20) > 0) invalid('the ZIP64 end is damaged');
    const wide = { count: view.u64(record + 32), size: view.u64(record + 40), start: view.u64(record + 48) };
    const agree = (narrow: number, max: number, value: number) => narrow === max || narrow === value;
    if (!agree(found.count, MAX16, wide.count) || !agree(found.size, MAX32, wide.size)) invalid('two ends disagree');
    if (!agree(found.start, MAX32, wide.start) || view.u64(record + 24) !== wide.count) invalid('two ends disagree');
    Object.assign(found, wide);
    end = at + record;
  } else if (disks.some((disk) => disk !== 0) || view.u16(here) !== found.count) {
    invalid('an archive of more than one disk');
  }
  if (found.start + found.size !== end) invalid('the directory does not end where the archive says');
  return { count: found.count, start: found.start, end };
}

/** All headers of the central directory, which they fill exactly. */
export function readCentral(bytes: Uint8Array, count: number): CentralHeader[] {
  const headers: CentralHeader[] = [];
  const view = new Fields(bytes);
  let at = 0;
  while (at < bytes.length) {
    if (view.u32(at) !== CENTRAL) invalid('the directory is damaged');
    const [nameLength, extraLength, commentLength] = [view.u16(at + 28), view.u16(at + 30), view.u16(at + 32)];
    const name = view.bytes(at + 46, nameLength);
    const extra = view.bytes(at + 46 + nameLength, extraLength);
    const narrow = { packed: view.u32(at + 20), size: view.u32(at + 24), offset: view.u32(at + 42) };
    const disk = view.u16(at + 34);
    const wide = widen(extra, narrow, disk);
    const method = view.u16(at + 10);
    if (method === 0 && wide.packed !== wide.size) invalid('a stored entry has two sizes');
    headers.push({
      ...{ ...wide, name, method, path: utf8.decode(name) },
      ...{ madeBy: view.u16(at + 4), flags: view.u16(at + 8), crc32: view.u32(at + 16), attributes: view.u32(at + 38) },
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  if (at !== bytes.length || headers.length !== count) invalid('the directory has more or fewer entries than it says');
  return headers;
}

/** The header before an entry's bytes; `length` is the whole of it, and its name is cut when `bytes` are. */
export function readLocal(bytes: Uint8Array): Pick<CentralHeader, 'name' | 'method' | 'flags'> & { length: number } {
  const view = new Fields(bytes);
  if (view.u32(0) !== LOCAL) invalid('an entry is not where the directory says');
  const nameLength = view.u16(26);
  const name = bytes.subarray(30, 30 + nameLength);
  return { name, method: view.u16(8), flags: view.u16(6), length: 30 + nameLength + view.u16(28) };
}

type Wide = Pick<CentralHeader, 'packed' | 'size' | 'offset'>;

/** Sizes and offset, from the ZIP64 field where they are too large for the header. */
function widen(extra: Uint8Array, narrow: Wide, disk: number): Wide {
  const view = new Fields(extra);
  const fields = new Map<number, Fields>();
  for (let at = 0; at < extra.length; at += 4 + view.u16(at + 2)) {
    if (fields.has(view.u16(at))) invalid('an extra field twice');
    fields.set(view.u16(at), new Fields(view.bytes(at + 4, view.u16(at + 2))));
  }
  if (fields.has(UNICODE_PATH_FIELD)) invalid('an entry with a second name');
  if (disk !== 0) invalid('an archive of more than one disk');
  const found = { ...narrow };
  let at = 0;
  for (const name of ['size', 'packed', 'offset'] as const) {
    if (narrow[name] !== MAX32) continue;
    found[name] = fields.get(ZIP64_FIELD)?.u64(at) ?? invalid('a ZIP64 field is missing');
    at += 8;
  }
  return found;
}

/** Little-endian numbers; outside of the bytes throws. */
class Fields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u16(at: number): number {
    return this.#within(at, 2).getUint16(at, true);
  }

  u32(at: number): number {
    return this.#within(at, 4).getUint32(at, true);
  }

  u64(at: number): number {
    const value = Number(this.#within(at, 8).getBigUint64(at, true));
    return Number.isSafeInteger(value) ? value : invalid('a number is too large');
  }

  bytes(at: number, length: number): Uint8Array {
    this.#within(at, length);
    return this.#bytes.subarray(at, at + length);
  }

  #within(at: number, length: number): DataView {
    return at >= 0 && at + length <= this.#bytes.length ? this.#view : invalid('cut');
  }
}

function invalid(reason: string): never {
  throw new ProofError('ZIP_INVALID', reason);
}
