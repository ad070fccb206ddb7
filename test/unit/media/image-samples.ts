/** Builds EXIF blocks and small image files around them, byte by byte. */

type Value = string | number[] | [number, number][];
type Tags = Record<number, Value>;

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/**
 * A big-endian TIFF block with IFD0, and the EXIF and GPS directories. Text is ASCII, pairs are rationals, numbers
 * are SHORT.
 */
export function exifBlock(parts: { ifd0?: Tags; exif?: Tags; gps?: Tags }): Buffer {
  const lengthOf = (tags: Tags) => directory(tags, 0).length;
  const pointers = (exif: number, gps: number): Tags => ({ ...parts.ifd0, 34665: [0, exif], 34853: [0, gps] });
  const exifAt = 8 + lengthOf(pointers(0, 0));
  const gpsAt = exifAt + lengthOf(parts.exif ?? {});
  const directories = [
    directory(pointers(exifAt, gpsAt), 8),
    directory(parts.exif ?? {}, exifAt),
    directory(parts.gps ?? {}, gpsAt),
  ];
  return Buffer.concat([Buffer.from('MM\0*'), u32(8), ...directories]);
}

function directory(tags: Tags, at: number): Buffer {
  const entries = Object.entries(tags).sort(([a], [b]) => Number(a) - Number(b));
  const start = at + 2 + entries.length * 12 + 4;
  let extra = Buffer.alloc(0);
  const rows = entries.map(([tag, value]) => {
    const { type, count, bytes } = encode(Number(tag), value);
    const inline =
      bytes.length <= 4 ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : u32(start + extra.length);
    if (bytes.length > 4) extra = Buffer.concat([extra, bytes]);
    return Buffer.concat([u16(Number(tag)), u16(type), u32(count), inline]);
  });
  return Buffer.concat([u16(entries.length), ...rows, u32(0), extra]);
}

function encode(tag: number, value: Value) {
  if (typeof value === 'string')
    return { type: 2, count: value.length + 1, bytes: Buffer.from(`${value}\0`, 'latin1') };
  if (tag === 0x8769 || tag === 0x8825) return { type: 4, count: 1, bytes: u32(value[1] as number) };
  if (Array.isArray(value[0])) {
    const pairs = value as [number, number][];
    return { type: 5, count: pairs.length, bytes: Buffer.concat(pairs.flat().map(u32)) };
  }
  return { type: 3, count: value.length, bytes: Buffer.concat((value as number[]).map(u16)) };
}

export function jpegWith(exif: Buffer, width = 640, height = 480): Buffer {
  const app1 = Buffer.concat([Buffer.from('Exif\0\0'), exif]);
  const frame = Buffer.concat([Buffer.from([8]), u16(height), u16(width), Buffer.from([1, 1, 0x11, 0])]);
  const segment = (marker: number, body: Buffer) =>
    Buffer.concat([Buffer.from([0xff, marker]), u16(body.length + 2), body]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe1, app1),
    segment(0xc0, frame),
    Buffer.from([0xff, 0xda, 0, 2, 0xff, 0xd9]),
  ]);
}

export function pngWith(exif: Buffer, width = 640, height = 480): Buffer {
  const chunk = (kind: string, body: Buffer) => Buffer.concat([u32(body.length), Buffer.from(kind), body, u32(0)]);
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])]);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(9)),
    chunk('eXIf', exif),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An extended WebP: canvas, then EXIF with the mark that some writers put before it. */
export function webpWith(exif: Buffer, width = 640, height = 480): Buffer {
  const chunk = (kind: string, body: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(body.length);
    return Buffer.concat([Buffer.from(kind), length, body, Buffer.alloc(body.length % 2)]);
  };
  const canvas = Buffer.alloc(10);
  canvas.writeUIntLE(width - 1, 4, 3);
  canvas.writeUIntLE(height - 1, 7, 3);
  const body = Buffer.concat([
    Buffer.from('WEBP'),
    chunk('VP8X', canvas),
    chunk('EXIF', Buffer.concat([Buffer.from('Exif\0\0'), exif])),
  ]);
  return chunk('RIFF', body);
}

/**
 * A HEIC of one picture turned by `quarters` against the clock, a thumbnail's size beside it, and an Exif item in
 * `mdat`.
 */
export function heicWith(exif: Buffer, width = 640, height = 480, quarters = 0): Buffer {
  const box = (kind: string, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    return Buffer.concat([u32(8 + body.length), Buffer.from(kind), body]);
  };
  const item = Buffer.concat([u32(0), exif]);
  const size = (w: number, h: number) => box('ispe', u32(0), u32(w), u32(h));
  const infe = (id: number, kind: string) =>
    box('infe', u32(0x02000000), u16(id), u16(0), Buffer.from(kind), Buffer.from([0]));
  const head = box('ftyp', Buffer.from('heic\0\0\0\0mif1heic'));
  const meta = (offset: number) =>
    box(
      'meta',
      u32(0),
      box('pitm', u32(0), u16(1)),
      box('iinf', u32(0), u16(2), infe(1, 'hvc1'), infe(2, 'Exif')),
      box('iloc', u32(0), u16(0x4400), u16(1), u16(2), u16(0), u16(1), u32(offset), u32(item.length)),
      box('iprp', box('ipco', size(160, 120), size(width, height), box('irot', Buffer.from([quarters])))),
    );
  const offset = head.length + meta(0).length + 8;
  return Buffer.concat([head, meta(offset), box('mdat', item)]);
}
