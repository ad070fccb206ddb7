import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';

/** Number of an indirect object. */
export type Ref = number;

export const ref = (object: Ref): string => `${object} 0 R`;

/** A text string as UTF-16BE with its mark (ISO 32000-1 section 7.9.2.2), hexadecimal. */
export const textString = (text: string): string =>
  `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`;

/** A date in UTC (section 7.9.4). */
export const dateString = (at: Date): string =>
  `(D:${at
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:T]/g, '')}Z)`;

/** Numbers as PDF has them: no exponents. */
export const number = (value: number): string => String(Math.round(value * 100) / 100);

/** What a later revision has to know of the one before it. */
export interface PdfFile {
  bytes: Buffer;
  /** Offset of the cross-reference table. */
  xref: number;
  /** One more than the highest object number. */
  size: number;
  /** Entries of the trailer that stay: Root, Info, ID. */
  trailer: string;
}

/** The objects of a new PDF 1.7 file, and the file that they make: the same objects give the same bytes. */
export class PdfObjects {
  readonly #bodies: (Buffer | undefined)[] = [];

  reserve(): Ref {
    return this.#bodies.push(undefined);
  }

  set(object: Ref, body: string | Buffer): Ref {
    this.#bodies[object - 1] = typeof body === 'string' ? Buffer.from(body) : body;
    return object;
  }

  add(body: string | Buffer): Ref {
    return this.set(this.reserve(), body);
  }

  /** `entries` of its dictionary, without Length. Metadata is not compressed, so that tools without PDF can read it. */
  stream(entries: string, content: Uint8Array, compressed = true): Ref {
    const data = compressed ? deflateSync(content) : content;
    const filter = compressed ? '/Filter/FlateDecode' : '';
    const head = `<<${entries}${filter}/Length ${data.length}>>\nstream\n`;
    return this.add(Buffer.concat([Buffer.from(head), data, Buffer.from('\nendstream')]));
  }

  file(root: Ref, info: Ref): PdfFile {
    // The comment of bytes over 127 marks the file as binary (section 7.5.2).
    const head = Buffer.from('%PDF-1.7\n%\xe9\x93\x81\xe8\n', 'latin1');
    const objects = this.#bodies.map((body, at) => [at + 1, body ?? Buffer.from('null')] as const);
    const id = createHash('sha256');
    for (const [, body] of objects) id.update(body);
    const hex = id.digest('hex').slice(0, 32).toUpperCase();
    const trailer = `/Root ${ref(root)}/Info ${ref(info)}/ID[<${hex}><${hex}>]`;
    return appendObjects({ bytes: head, xref: 0, size: 1, trailer }, objects);
  }
}

/**
 * A new revision with these objects behind the bytes that are there (section 7.5.6), which stay as they are. With an empty file before it, it is the
 * first.
 */
export function appendObjects(
  { bytes, xref, size, trailer }: PdfFile,
  objects: readonly (readonly [Ref, Buffer])[],
): PdfFile {
  const parts = [bytes];
  const entries: string[] = [];
  let at = bytes.length;
  for (const [object, body] of objects) {
    const whole = Buffer.concat([Buffer.from(`${object} 0 obj\n`), body, Buffer.from('\nendobj\n')]);
    entries.push(`${object} 1\n${String(at).padStart(10, '0')} 00000 n \n`);
    parts.push(whole);
    at += whole.length;
  }
  const newSize = Math.max(size, ...objects.map(([object]) => object + 1));
  const first = xref === 0;
  const table = first ? firstTable(entries, newSize) : entries.join('');
  const end = `xref\n${table}trailer\n<</Size ${newSize}${trailer}${first ? '' : `/Prev ${xref}`}>>\nstartxref\n${at}\n%%EOF\n`;
  return { bytes: Buffer.concat([...parts, Buffer.from(end)]), xref: at, size: newSize, trailer };
}

/** Of a first revision the table is one section from object 0 on, the head of the free ones. */
const firstTable = (entries: readonly string[], size: number) =>
  `0 ${size}\n0000000000 65535 f \n${entries.map((entry) => entry.slice(entry.indexOf('\n') + 1)).join('')}`;
