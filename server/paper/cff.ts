/** Compact Font Format (Adobe Technical Note 5176): the INDEX and DICT structures that a font is made of. */

export interface Index {
  count: number;
  /** A view, no copy. */
  at(position: number): Buffer;
  /** Offset of the first byte after it. */
  end: number;
}

/** Reads the INDEX at `offset` (section 5). Throws RangeError when it leaves the data. */
export function readIndex(data: Buffer, offset: number): Index {
  const count = data.readUInt16BE(offset);
  if (count === 0) return { count, at: () => Buffer.alloc(0), end: offset + 2 };
  const size = data.readUInt8(offset + 2);
  const base = offset + 2 + (count + 1) * size;
  const start = (position: number) => base + data.readUIntBE(offset + 3 + position * size, size);
  return { count, at: (position) => data.subarray(start(position), start(position + 1)), end: start(count) };
}

/** Writes an INDEX; `items` are asked for twice. */
export function encodeIndex({ count, at }: Pick<Index, 'count' | 'at'>): Buffer {
  if (count === 0) return Buffer.alloc(2);
  const base = 3 + (count + 1) * 4;
  let size = 0;
  for (let position = 0; position < count; position++) size += at(position).length;
  const whole = Buffer.alloc(base + size);
  whole.writeUInt16BE(count);
  whole.writeUInt8(4, 2);
  whole.writeUInt32BE(1, 3);
  let next = 0;
  for (let position = 0; position < count; position++) {
    next += at(position).copy(whole, base + next);
    whole.writeUInt32BE(next + 1, 7 + position * 4);
  }
  return whole;
}

export const encodeItems = (items: readonly Buffer[]): Buffer =>
  encodeIndex({ count: items.length, at: (position) => items[position] as Buffer });

/** One operator of a DICT; `raw` is it with its operands, as they stand. */
export interface Operator {
  /** Two-byte operators are 0x0c00 and the second byte. */
  code: number;
  operands: number[];
  raw: Buffer;
}

/** Reads a DICT (section 4); real numbers, which nobody here asks for, are read as NaN. */
export function readDict(data: Buffer): Operator[] {
  const operators: Operator[] = [];
  let operands: number[] = [];
  let begin = 0;
  for (let at = 0; at < data.length; ) {
    const byte = data.readUInt8(at++);
    if (byte <= 21) {
      const code = byte === 12 ? 0x0c00 | data.readUInt8(at++) : byte;
      operators.push({ code, operands, raw: data.subarray(begin, at) });
      operands = [];
      begin = at;
      continue;
    }
    const [value, length] = readOperand(data, byte, at);
    operands.push(value);
    at += length;
  }
  return operators;
}

function readOperand(data: Buffer, byte: number, at: number): [value: number, length: number] {
  if (byte === 28) return [data.readInt16BE(at), 2];
  if (byte === 29) return [data.readInt32BE(at), 4];
  if (byte === 30) {
    let length = 0;
    while ((data.readUInt8(at + length++) & 0x0f) !== 0x0f);
    return [Number.NaN, length];
  }
  if (byte <= 246) return [byte - 139, 0];
  if (byte <= 250) return [(byte - 247) * 256 + data.readUInt8(at) + 108, 1];
  return [-(byte - 251) * 256 - data.readUInt8(at) - 108, 1];
}

/** An operator with integers, each in five bytes, so that a DICT's length does not depend on the offsets in it. */
export function encodeOperator(code: number, ...operands: number[]): Buffer {
  const parts = operands.map((value) => {
    const bytes = Buffer.alloc(5, 29);
    bytes.writeInt32BE(value, 1);
    return bytes;
  });
  return Buffer.concat([...parts, code > 0xff ? Uint8Array.of(12, code & 0xff) : Uint8Array.of(code)]);
}
