import type { Font } from './font.ts';
import { number, type PdfObjects, type Ref, ref } from './pdf-objects.ts';

const SPACES = [' ', '\u3000'];
/** Controls, and what turns or hides the text around it: shown by their code, whatever glyph a font has. */
const UNSEEN = /\p{C}|\p{Z}|\p{M}|\p{Default_Ignorable_Code_Point}/u;

/** The glyphs of one paper: what text uses is embedded, nothing else (ISO 32000-1 section 9.9; ISO 19005-2 section 6.2.11). */
export class Typeface {
  readonly #font: Font;
  /** By CID: the glyph, and the character that it stands for. */
  readonly #used: { glyph: number; codePoint: number }[] = [{ glyph: 0, codePoint: 0 }];
  readonly #cids = new Map<number, number>();

  constructor(font: Font) {
    this.#font = font;
  }

  /** The text as it can be shown: what the font does not have becomes 〓 and its code point, so that nothing is lost. */
  showable(text: string): string {
    return Array.from(text, (character) => {
      const codePoint = character.codePointAt(0) as number;
      const plain = SPACES.includes(character) || !UNSEEN.test(character);
      if (plain && this.#font.glyphOf(codePoint) !== undefined) return character;
      return `〓(U+${codePoint.toString(16).toUpperCase().padStart(4, '0')})`;
    }).join('');
  }

  /** Width of showable text at a size, in points. */
  width(text: string, size: number): number {
    let width = 0;
    for (const character of text)
      width += this.#font.widthOf(this.#font.glyphOf(character.codePointAt(0) as number) ?? 0);
    return (width * size) / 1000;
  }

  /** Showable text as the string that a content stream shows, hexadecimal. */
  encode(text: string): string {
    return `<${Array.from(text, (character) =>
      this.#cid(character.codePointAt(0) as number)
        .toString(16)
        .padStart(4, '0'),
    ).join('')}>`;
  }

  /** Adds the font with what was encoded so far; nothing may be encoded after it. */
  embed(objects: PdfObjects): Ref {
    const glyphs = this.#used.map(({ glyph }) => glyph);
    const { ascent, descent, bounds } = this.#font;
    const name = `${TAG}+${this.#font.name}`;
    const program = objects.stream('/Subtype/CIDFontType0C', this.#font.subset(name, glyphs));
    const descriptor = objects.add(
      `<</Type/FontDescriptor/FontName/${name}/Flags 4/FontBBox[${bounds.map(number).join(' ')}]/ItalicAngle 0` +
        `/Ascent ${ascent}/Descent ${descent}/CapHeight 733/StemV 85/FontFile3 ${ref(program)}>>`,
    );
    const widths = glyphs.map((glyph) => this.#font.widthOf(glyph)).join(' ');
    const descendant = objects.add(
      `<</Type/Font/Subtype/CIDFontType0/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
        `/FontDescriptor ${ref(descriptor)}/DW 1000/W[0[${widths}]]>>`,
    );
    const unicode = objects.stream('', Buffer.from(this.#unicodeMap()));
    return objects.add(
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H` +
        `/DescendantFonts[${ref(descendant)}]/ToUnicode ${ref(unicode)}>>`,
    );
  }

  #cid(codePoint: number): number {
    const known = this.#cids.get(codePoint);
    if (known !== undefined) return known;
    const glyph = this.#font.glyphOf(codePoint);
    if (glyph === undefined) throw new Error(`no glyph for U+${codePoint.toString(16)}`);
    const cid = this.#used.push({ glyph, codePoint }) - 1;
    this.#cids.set(codePoint, cid);
    return cid;
  }

  /** A ToUnicode CMap (ISO 32000-1 section 9.10.3), a hundred mappings a block. */
  #unicodeMap(): string {
    const lines = this.#used.slice(1).map(({ codePoint }, at) => {
      const utf16 = Buffer.from(String.fromCodePoint(codePoint), 'utf16le').swap16().toString('hex');
      return `<${(at + 1).toString(16).padStart(4, '0')}> <${utf16}>`;
    });
    const blocks = Array.from({ length: Math.ceil(lines.length / 100) }, (_, at) =>
      lines.slice(at * 100, at * 100 + 100),
    );
    return [
      '/CIDInit /ProcSet findresource begin',
      '12 dict begin begincmap',
      '/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def',
      '/CMapName /Adobe-Identity-UCS def',
      '/CMapType 2 def',
      '1 begincodespacerange <0000> <FFFF> endcodespacerange',
      ...blocks.flatMap((block) => [`${block.length} beginbfchar`, ...block, 'endbfchar']),
      'endcmap CMapName currentdict /CMap defineresource pop end end\n',
    ].join('\n');
  }
}

/** Marks the name of a subset (section 9.6.4); a file of ours has one. */
const TAG = 'TZTZTZ';
