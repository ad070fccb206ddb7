/**
 * Strict reading of one PDF object (ISO 32000-1 section 7.3) where it stands in hostile bytes: no cross-reference table, no streams, nothing that
 * is not asked for. Everything here throws a plain Error with the reason.
 */
export type PdfValue =
  | { kind: 'dictionary'; start: number; end: number; entries: ReadonlyMap<string, PdfValue> }
  | { kind: 'array'; start: number; end: number; items: readonly PdfValue[] }
  | { kind: 'name' | 'string' | 'hex'; start: number; end: number; text: string }
  | { kind: 'number' | 'reference' | 'word'; start: number; end: number; text: string };

const DEPTH = 16;
/** So many values in one object, and it is no signature: hostile ones would be read for seconds. */
const VALUES = 4096;
const NUMBER = /[+-]?\d*\.?\d+\.?/y;
const REFERENCE = /\d{1,10} \d{1,5} R(?![A-Za-z0-9])/y;
const WORD = /(?:true|false|null)(?![A-Za-z0-9])/y;
const NAME = /\/[^\s/()<>[\]{}%\0]*/y;
const HEX = /<[0-9A-Fa-f\s]*>/y;
const SPACE = /(?:[\s\0]|%[^\r\n]*)*/y;

/** The object that begins at `start` of `text`, which is bytes as Latin-1. */
export function readPdfValue(text: string, start: number, depth = 0, room = { values: VALUES }): PdfValue {
  if (depth > DEPTH) throw new Error('nested too deeply');
  if (--room.values < 0) throw new Error(`more than ${VALUES} values`);
  if (text.startsWith('<<', start)) return readDictionary(text, start, depth, room);
  if (text[start] === '[') return readArray(text, start, depth, room);
  if (text[start] === '(') return readString(text, start);
  for (const [kind, pattern] of [
    ['name', NAME],
    ['hex', HEX],
    ['reference', REFERENCE],
    ['number', NUMBER],
    ['word', WORD],
  ] as const) {
    const found = matchAt(pattern, text, start);
    if (found !== undefined) return { kind, start, end: start + found.length, text: plain(kind, found) };
  }
  throw new Error('not an object of a PDF');
}

/** Where the next token begins: behind white space and comments. */
export const skipSpace = (text: string, at: number): number => at + (matchAt(SPACE, text, at) ?? '').length;

function readDictionary(text: string, start: number, depth: number, room: { values: number }): PdfValue {
  const entries = new Map<string, PdfValue>();
  let at = skipSpace(text, start + 2);
  while (!text.startsWith('>>', at)) {
    const key = readPdfValue(text, at, depth + 1, room);
    if (key.kind !== 'name') throw new Error('a key is no name');
    if (entries.has(key.text)) throw new Error(`the key ${key.text.slice(0, 40)} is there twice`);
    const value = readPdfValue(text, skipSpace(text, key.end), depth + 1, room);
    entries.set(key.text, value);
    at = skipSpace(text, value.end);
  }
  return { kind: 'dictionary', start, end: at + 2, entries };
}

function readArray(text: string, start: number, depth: number, room: { values: number }): PdfValue {
  const items: PdfValue[] = [];
  let at = skipSpace(text, start + 1);
  while (text[at] !== ']') {
    const item = readPdfValue(text, at, depth + 1, room);
    items.push(item);
    at = skipSpace(text, item.end);
  }
  return { kind: 'array', start, end: at + 1, items };
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** Section 7.3.4.2: balanced parentheses, escapes by backslash. */
function readString(text: string, start: number): PdfValue {
  let [content, open, at] = ['', 1, start + 1];
  for (; open > 0; at++) {
    const character = text[at];
    if (character === undefined) throw new Error('a string does not end');
    if (character === '\\') {
      const octal = matchAt(/[0-7]{1,3}/y, text, at + 1);
      const next = text[at + 1] ?? '';
      content += octal ? String.fromCharCode(Number.parseInt(octal, 8) & 0xff) : (ESCAPES[next] ?? next);
      at += octal?.length ?? 1;
      continue;
    }
    if (character === '(') open += 1;
    if (character === ')') open -= 1;
    if (open > 0) content += character;
  }
  return { kind: 'string', start, end: at, text: content };
}

/** Names without their slash and with `#41` resolved (section 7.3.5), hexadecimal strings as the bytes that they stand for. */
function plain(kind: PdfValue['kind'], found: string): string {
  if (kind === 'name')
    return found
      .slice(1)
      .replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (kind !== 'hex') return found;
  const digits = found.slice(1, -1).replace(/\s/g, '');
  return Buffer.from(digits.length % 2 ? `${digits}0` : digits, 'hex').toString('latin1');
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
