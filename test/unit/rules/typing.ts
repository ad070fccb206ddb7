import { open } from 'node:fs/promises';
import { ZipFile } from 'yazl';
import { detectType } from '../../../server/ingest/type.ts';

/** The type of bytes in memory, and how much of them was read for it. */
export async function typeOf(content: Uint8Array | string, name = '') {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  let read = 0;
  const type = await detectType(
    async (start, end) => {
      if (start < 0 || end < start || end >= bytes.length) throw new RangeError(`${start}-${end} of ${bytes.length}`);
      read += end - start + 1;
      return bytes.subarray(start, end + 1);
    },
    bytes.length,
    name,
  );
  return { ...type, read };
}

export async function typeOfFile(path: string) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (start: number, end: number) => {
      const bytes = new Uint8Array(end - start + 1);
      await file.read(bytes, 0, bytes.length, start);
      return bytes;
    };
    return await detectType(read, size, path);
  } finally {
    await file.close();
  }
}

/** A zip with these entries, in this order. */
export async function zipOf(names: readonly string[], comment = ''): Promise<Buffer> {
  const zip = new ZipFile();
  for (const name of names) zip.addBuffer(Buffer.from(`content of ${name}`), name);
  zip.end({ comment } as never);
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** `count` packets of a transport stream, each `length` bytes, the sync byte at `lead`. */
export function packets(count: number, length: number, lead = 0): Buffer {
  const stream = Buffer.alloc(count * length, 0xaa);
  for (let at = lead; at < stream.length; at += length) Buffer.from([0x47, 0x40, 0x11, 0x10]).copy(stream, at);
  return stream;
}

/** An ISO base media file's first box, and what stands for the rest. */
export function ftyp(major: string, compatible: string[] = [], rest = 100): Buffer {
  const brands = Buffer.from([major, '\0\0\0\0', ...compatible].join(''), 'latin1');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(8 + brands.length);
  return Buffer.concat([size, Buffer.from('ftyp'), brands, Buffer.alloc(rest)]);
}
