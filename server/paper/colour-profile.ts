/** An ICC profile (ICC.1:2001-04, version 2.1) of sRGB (IEC 61966-2-1), for the output intent that PDF/A asks for. */
export function srgbProfile(): Buffer {
  const curve = transferCurve();
  const tags: [string, Buffer][] = [
    ['desc', description('sRGB IEC61966-2-1')],
    ['cprt', Buffer.concat([Buffer.from('text\0\0\0\0'), Buffer.from('No copyright, use freely\0')])],
    // The white point and primaries of sRGB, adapted to D50.
    ['wtpt', xyz(0.9642, 1, 0.8249)],
    ['rXYZ', xyz(0.4361, 0.2225, 0.0139)],
    ['gXYZ', xyz(0.3851, 0.7169, 0.0971)],
    ['bXYZ', xyz(0.1431, 0.0606, 0.7141)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length);
  const blocks: Buffer[] = [];
  let at = 128 + table.length;
  for (const [position, [name, data]] of tags.entries()) {
    const shared = tags.findIndex(([, earlier]) => earlier === data);
    const entry = 4 + position * 12;
    table.write(name, entry, 'latin1');
    table.writeUInt32BE(shared < position ? table.readUInt32BE(4 + shared * 12 + 4) : at, entry + 4);
    table.writeUInt32BE(data.length, entry + 8);
    if (shared < position) continue;
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    blocks.push(padded);
    at += padded.length;
  }
  return Buffer.concat([header(at), table, ...blocks]);
}

function header(size: number): Buffer {
  const head = Buffer.alloc(128);
  head.writeUInt32BE(size);
  head.writeUInt32BE(0x02100000, 8);
  head.write('mntrRGB XYZ ', 12, 'latin1');
  for (const [at, part] of [2026, 1, 1].entries()) head.writeUInt16BE(part, 24 + at * 2);
  head.write('acsp', 36, 'latin1');
  xyz(0.9642, 1, 0.8249).copy(head, 68, 8);
  return head;
}

/** s15Fixed16 numbers. */
function xyz(...values: [number, number, number]): Buffer {
  const data = Buffer.alloc(20);
  data.write('XYZ ', 'latin1');
  for (const [at, value] of values.entries()) data.writeInt32BE(Math.round(value * 65536), 8 + at * 4);
  return data;
}

const CURVE_POINTS = 1024;

function transferCurve(): Buffer {
  const data = Buffer.alloc(12 + CURVE_POINTS * 2);
  data.write('curv', 'latin1');
  data.writeUInt32BE(CURVE_POINTS, 8);
  for (let point = 0; point < CURVE_POINTS; point++) {
    const value = point / (CURVE_POINTS - 1);
    const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    data.writeUInt16BE(Math.round(linear * 65535), 12 + point * 2);
  }
  return data;
}

/** textDescriptionType: ASCII, then an empty Unicode and an empty Macintosh form. */
function description(text: string): Buffer {
  const data = Buffer.alloc(12 + text.length + 1 + 8 + 3 + 67);
  data.write('desc', 'latin1');
  data.writeUInt32BE(text.length + 1, 8);
  data.write(text, 12, 'latin1');
  return data;
}
