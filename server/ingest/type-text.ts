import type { Read } from './type.ts';
import type { Bytes } from './type-bytes.ts';
import { type FileType, types } from './type-list.ts';

const TAIL = 64 * 1024;
/** What no text has: controls other than tab, line feed, form feed, return and next line; noncharacters. */
const forbidden = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufdd0-\ufdef\ufffe\uffff]/;
/** Browsers lay this out or run it, whatever it is called. */
const markup =
  /^\s*<(\?xml|!doctype|!--|!\[|html|head|body|svg|script|style|iframe|object|embed|img|a\s|meta|link|form|x:)/i;
/** Formats of printable characters that carry objects or are programs. */
const formats = /^\s*(\{\\rtf|%!)/;

/**
 * Plain text or CSV: UTF-8 with or without a byte-order mark, UTF-16 with one, or GB 18030, without control
 * characters. The head is decoded strictly, of the tail only the control characters are looked at. `undefined` for
 * anything else, also for markup.
 */
export async function textType(head: Bytes, read: Read, size: number, name: string): Promise<FileType | undefined> {
  const whole = size <= head.length;
  const text = decode(head.bytes);
  if (text === undefined || text.value === '' || forbidden.test(text.value)) return undefined;
  if (markup.test(text.value) || formats.test(text.value)) return undefined;
  if (!whole && !(await plainTail(read, size, text.encoding))) return undefined;
  return /\.csv$/i.test(name.trim()) ? types.csv : types.txt;
}

interface Text {
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';
  value: string;
}

function decode(bytes: Uint8Array): Text | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decodeAs('utf-16le', bytes);
  if (first === 0xfe && second === 0xff) return decodeAs('utf-16be', bytes);
  const utf8 = decodeAs('utf-8', bytes);
  if (utf8) return utf8;
  return isMostlyCommonHanzi(bytes) ? decodeAs('gb18030', bytes) : undefined;
}

/** Strict, but the last character may be cut: by the end of the head, or of a damaged file. */
function decodeAs(encoding: Text['encoding'], bytes: Uint8Array): Text | undefined {
  try {
    return { encoding, value: new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true }) };
  } catch {
    return undefined;
  }
}

/**
 * Nearly any bytes can be read as GB 18030, so most characters outside ASCII must be of the rows that GB 2312 fills:
 * signs, letters, and the hanzi of daily use. Of random pairs fewer than a third are.
 */
function isMostlyCommonHanzi(bytes: Uint8Array): boolean {
  let common = 0;
  let others = 0;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1];
    if (trail === undefined) break;
    const filled = (lead >= 0xa1 && lead <= 0xa9) || (lead >= 0xb0 && lead <= 0xf7);
    if (filled && trail >= 0xa1 && trail <= 0xfe) common++;
    else others++;
    at += trail >= 0x30 && trail <= 0x39 ? 3 : 1;
  }
  return common > 2 * others;
}

async function plainTail(read: Read, size: number, encoding: Text['encoding']): Promise<boolean> {
  const start = Math.max(0, size - TAIL);
  const bytes = await read(start % 2 === 0 ? start : start + 1, size - 1);
  if (encoding.startsWith('utf-16')) {
    return !forbidden.test(new TextDecoder(encoding).decode(bytes).replace(/^\ufffd|\ufffd$/g, ''));
  }
  return !bytes.some((byte) => (byte < 0x20 && !(byte >= 9 && byte <= 13 && byte !== 11)) || byte === 0x7f);
}
