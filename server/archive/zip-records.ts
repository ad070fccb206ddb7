/** The records of a zip whose files are stored (PKWARE APPNOTE 6.3.10 sections 4.3 and 4.5.3), ZIP64 only where a number needs it. */

export interface ZipItem {
  /** ASCII, parted by slashes. */
  name: string;
  /** Bytes. */
  size: number;
  crc32: number;
  /** Where its local header begins. */
  offset: number;
}

const MAX32 = 0xffffffff;
const MAX16 = 0xffff;
const PLAIN = 10;
const ZIP64 = 45;
const UNIX = 3 << 8;
const REGULAR_FILE = 0o100644;

/** Date and time of MS-DOS, in UTC, to two seconds; from 1980 on. */
export function zipTime(at: Date): number {
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((date << 16) | time) >>> 0;
}

/** Local file header, with the sizes in it: no data descriptor follows the bytes. */
export function localHeader({ name, size, crc32 }: Omit<ZipItem, 'offset'>, time: number): Buffer {
  const extra = size >= MAX32 ? zip64Extra(size, size) : Buffer.alloc(0);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  writeCommon(head, 4, { name, size, crc32 }, time, extra);
  return Buffer.concat([head, Buffer.from(name, 'ascii'), extra]);
}

/** Central directory and its end. @param begin where the directory begins. */
export function endOfZip(items: readonly ZipItem[], begin: number, time: number): Buffer {
  const directory = Buffer.concat(items.map((item) => directoryRecord(item, time)));
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  const count = Math.min(items.length, MAX16);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(Math.min(directory.length, MAX32), 12);
  end.writeUInt32LE(Math.min(begin, MAX32), 16);
  const large = items.length >= MAX16 || begin >= MAX32 || directory.length >= MAX32;
  return Buffer.concat([directory, ...(large ? [zip64End(items.length, directory.length, begin)] : []), end]);
}

function directoryRecord(item: ZipItem, time: number): Buffer {
  const { name, size, offset } = item;
  const numbers = [...(size >= MAX32 ? [size, size] : []), ...(offset >= MAX32 ? [offset] : [])];
  const extra = numbers.length > 0 ? zip64Extra(...numbers) : Buffer.alloc(0);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(UNIX | ZIP64, 4);
  writeCommon(head, 6, item, time, extra);
  head.writeUInt32LE((REGULAR_FILE << 16) >>> 0, 38);
  head.writeUInt32LE(Math.min(offset, MAX32), 42);
  return Buffer.concat([head, Buffer.from(name, 'ascii'), extra]);
}

/** What both headers have: version needed, no flags, stored, time, CRC, both sizes, lengths of name and extra field. */
function writeCommon(
  head: Buffer,
  at: number,
  { name, size, crc32 }: Omit<ZipItem, 'offset'>,
  time: number,
  extra: Buffer,
): void {
  head.writeUInt16LE(extra.length > 0 ? ZIP64 : PLAIN, at);
  head.writeUInt32LE(time, at + 6);
  head.writeUInt32LE(crc32, at + 10);
  head.writeUInt32LE(Math.min(size, MAX32), at + 14);
  head.writeUInt32LE(Math.min(size, MAX32), at + 18);
  head.writeUInt16LE(name.length, at + 22);
  head.writeUInt16LE(extra.length, at + 24);
}

function zip64Extra(...numbers: number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * numbers.length);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, index) => {
    extra.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
  });
  return extra;
}

/** ZIP64 end of central directory, and its locator. */
function zip64End(count: number, size: number, begin: number): Buffer {
  const end = Buffer.alloc(76);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(UNIX | ZIP64, 12);
  end.writeUInt16LE(ZIP64, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(begin), 48);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(begin + size), 64);
  end.writeUInt32LE(1, 72);
  return end;
}
