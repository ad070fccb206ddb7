import { encodeIndex, encodeItems, encodeOperator, type Index, type Operator, readDict, readIndex } from './cff.ts';
import { type Called, keepCalled, traceCalls } from './charstring.ts';

/** Operators of DICTs (Technical Note 5176, tables 9, 10 and 23). */
const op = {
  fontBBox: 5,
  charset: 15,
  charStrings: 17,
  private: 18,
  subrs: 19,
  ros: 0x0c1e,
  cidCount: 0x0c22,
  fdArray: 0x0c24,
  fdSelect: 0x0c25,
} as const;

/** An OpenType font with CID-keyed CFF outlines, of 1000 units: as much of it as a PDF with an embedded subset asks for. */
export class Font {
  readonly name: string;
  readonly bounds: readonly number[];
  /** Thousandths of the type size, from `hhea`. */
  readonly ascent: number;
  readonly descent: number;
  readonly #file: Buffer;
  readonly #tables: ReadonlyMap<string, number>;
  readonly #cff: Buffer;
  readonly #top: ReadonlyMap<number, Operator>;
  readonly #strings: Index;
  readonly #globals: Index;
  readonly #glyphs: Index;

  /** Throws Error or RangeError for a file of another kind. */
  constructor(file: Buffer) {
    this.#file = file;
    this.#tables = new Map(
      Array.from({ length: file.readUInt16BE(4) }, (_, at) => {
        const record = file.subarray(12 + at * 16, 28 + at * 16);
        return [record.toString('latin1', 0, 4), record.readUInt32BE(8)];
      }),
    );
    this.#cff = file.subarray(this.#table('CFF '));
    const names = readIndex(this.#cff, this.#cff.readUInt8(2));
    const tops = readIndex(this.#cff, names.end);
    this.#strings = readIndex(this.#cff, tops.end);
    this.#globals = readIndex(this.#cff, this.#strings.end);
    this.#top = new Map(readDict(tops.at(0)).map((operator) => [operator.code, operator]));
    this.#glyphs = readIndex(this.#cff, this.#offset(op.charStrings));
    this.name = names.at(0).toString('latin1');
    this.bounds = this.#operator(op.fontBBox).operands;
    this.ascent = file.readInt16BE(this.#table('hhea') + 4);
    this.descent = file.readInt16BE(this.#table('hhea') + 6);
  }

  /** The glyph of a character by the `cmap` subtable of format 12; undefined when the font has none. */
  glyphOf(codePoint: number): number | undefined {
    const groups = this.#characters();
    let [low, high] = [0, this.#file.readUInt32BE(groups + 12) - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const group = groups + 16 + middle * 12;
      const first = this.#file.readUInt32BE(group);
      if (codePoint < first) high = middle - 1;
      else if (codePoint > this.#file.readUInt32BE(group + 4)) low = middle + 1;
      else return this.#file.readUInt32BE(group + 8) + codePoint - first || undefined;
    }
    return undefined;
  }

  /** Advance width of a glyph, thousandths of the type size. */
  widthOf(glyph: number): number {
    const count = this.#file.readUInt16BE(this.#table('hhea') + 34);
    return this.#file.readUInt16BE(this.#table('hmtx') + Math.min(glyph, count - 1) * 4);
  }

  /**
   * A CID-keyed CFF font program with these glyphs, the first of which is 0 (.notdef), as CIDs 0, 1, 2 …: what an Identity-H font of a
   * PDF embeds (ISO 32000-1 section 9.7.4.2). Only what the glyphs call is in it.
   */
  subset(name: string, glyphs: readonly number[]): Buffer {
    const groups = glyphs.map((glyph) => this.#groupOf(glyph));
    const used = [...new Set(groups)].sort((a, b) => a - b).map((group) => this.#readGroup(group));
    for (const [at, glyph] of glyphs.entries()) {
      const group = used.find(({ number }) => number === groups[at]) as Group;
      traceCalls(this.#glyphs.at(glyph), this.#globals, group.subroutines, group.called);
    }
    const called = new Set(used.flatMap((group) => [...group.called.globals]));
    const before = [Uint8Array.of(1, 0, 4, 4), encodeItems([Buffer.from(name, 'latin1')])];
    // ROS names its registry and ordering by the first two strings of a font's own.
    const strings = encodeItems([this.#strings.at(0), this.#strings.at(1)]);
    const between = [strings, encodeIndex(keepCalled(this.#globals, called))];
    const select = Uint8Array.of(0, ...groups.map((group) => used.findIndex(({ number }) => number === group)));
    const charset = Buffer.from([2, 0, 1, (glyphs.length - 2) >> 8, (glyphs.length - 2) & 0xff]);
    const outlines = encodeItems(glyphs.map((glyph) => this.#glyphs.at(glyph)));
    const privates = used.map(encodePrivate);
    const topOf = (start: number) => {
      const after = (...parts: Uint8Array[]) => start + total(parts);
      const wholes = privates.map(({ whole }) => whole);
      return encodeItems([
        Buffer.concat([
          this.#operator(op.ros).raw,
          this.#operator(op.fontBBox).raw,
          encodeOperator(op.cidCount, glyphs.length),
          encodeOperator(op.fdSelect, after()),
          encodeOperator(op.charset, after(select)),
          encodeOperator(op.charStrings, after(select, charset)),
          encodeOperator(op.fdArray, after(select, charset, outlines, ...wholes)),
        ]),
      ]);
    };
    const start = total([...before, topOf(0), ...between]);
    let next = start + total([select, charset, outlines]);
    const dicts = privates.map(({ whole, length }) => {
      const dict = encodeOperator(op.private, length, next);
      next += whole.length;
      return dict;
    });
    const wholes = privates.map(({ whole }) => whole);
    return Buffer.concat([
      ...before,
      topOf(start),
      ...between,
      select,
      charset,
      outlines,
      ...wholes,
      encodeItems(dicts),
    ]);
  }

  #readGroup(number: number): Group {
    const dict = readDict(readIndex(this.#cff, this.#offset(op.fdArray)).at(number));
    const [size = 0, offset = 0] = dict.find(({ code }) => code === op.private)?.operands ?? [];
    const own = readDict(this.#cff.subarray(offset, offset + size));
    const relative = own.find(({ code }) => code === op.subrs)?.operands[0];
    const kept = own.filter(({ code }) => code !== op.subrs).map(({ raw }) => raw);
    const subroutines = relative === undefined ? undefined : readIndex(this.#cff, offset + relative);
    return { number, kept, subroutines, called: { globals: new Set(), locals: new Set() } };
  }

  /** FDSelect of format 3 (section 19): which Private DICT a glyph is drawn with. */
  #groupOf(glyph: number): number {
    const at = this.#offset(op.fdSelect);
    if (this.#cff.readUInt8(at) !== 3) throw new Error('FDSelect of another format');
    let [low, high] = [0, this.#cff.readUInt16BE(at + 1) - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#cff.readUInt16BE(at + 3 + middle * 3) <= glyph) low = middle;
      else high = middle - 1;
    }
    return this.#cff.readUInt8(at + 5 + low * 3);
  }

  #characters(): number {
    const start = this.#table('cmap');
    for (let at = 0; at < this.#file.readUInt16BE(start + 2); at++) {
      const subtable = start + this.#file.readUInt32BE(start + 8 + at * 8);
      if (this.#file.readUInt16BE(subtable) === 12) return subtable;
    }
    throw new Error('the font has no cmap of format 12');
  }

  #table(name: string): number {
    const offset = this.#tables.get(name);
    if (offset === undefined) throw new Error(`the font has no table ${name}`);
    return offset;
  }

  #offset(code: number): number {
    return this.#operator(code).operands[0] ?? 0;
  }

  #operator(code: number): Operator {
    const operator = this.#top.get(code);
    if (!operator) throw new Error(`the font has no operator ${code}`);
    return operator;
  }
}

/** A group of glyphs that are drawn with one Private DICT. */
interface Group {
  number: number;
  /** The Private DICT without its reference to subroutines. */
  kept: Uint8Array[];
  subroutines: Index | undefined;
  called: Called;
}

/** A Private DICT of that `length`, and its subroutines right behind it. */
function encodePrivate({ kept, subroutines, called }: Group): { whole: Buffer; length: number } {
  if (!subroutines) return { whole: Buffer.concat(kept), length: total(kept) };
  const length = total(kept) + encodeOperator(op.subrs, 0).length;
  const index = encodeIndex(keepCalled(subroutines, called.locals));
  return { whole: Buffer.concat([...kept, encodeOperator(op.subrs, length), index]), length };
}

const total = (parts: readonly Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);
