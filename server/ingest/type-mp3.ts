import type { Read } from './type.ts';
import { Bytes } from './type-bytes.ts';
import { type FileType, types } from './type-list.ts';

const WINDOW = 64 * 1024;
/** kbit/s of layer III (ISO/IEC 11172-3 section 2.4.2.3; ISO/IEC 13818-3 for the lower rates). */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLES = [11025, 12000, 8000];

/**
 * MP3: an ID3v2 tag with a layer III frame or nothing known behind it, or three frames in a row (two where the file
 * ends after them) from the first byte, or after padding with zeros. One sync word alone proves nothing.
 */
export async function mp3Type(head: Bytes, read: Read, size: number): Promise<FileType | undefined> {
  if (!head.startsWith('ID3')) return framesFrom(head, leadingZeros(head), size) ? types.mp3 : undefined;
  const after = id3Length(head);
  if (after === undefined) return undefined;
  if (after >= size) return types.mp3;
  const audio = new Bytes(await read(after, Math.min(size, after + WINDOW) - 1));
  return framesFrom(audio, leadingZeros(audio), size - after) ? types.mp3 : undefined;
}

/** Bytes of an ID3v2 tag with its header and footer (id3.org, ID3v2.4 section 3.1). */
function id3Length(head: Bytes): number | undefined {
  const parts = [6, 7, 8, 9].map((at) => head.byte(at) ?? 0xff);
  const [version = 0xff, revision = 0xff, flags = 0xff] = [3, 4, 5].map((at) => head.byte(at) ?? 0xff);
  if (version < 2 || version > 4 || revision === 0xff || parts.some((part) => part > 0x7f)) return undefined;
  const length = parts.reduce((sum, part) => sum * 128 + part, 0);
  return 10 + length + (flags & 0x10 ? 10 : 0);
}

function leadingZeros(bytes: Bytes): number {
  const first = bytes.bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes.length : first;
}

function framesFrom(bytes: Bytes, offset: number, size: number): boolean {
  const first = frameAt(bytes, offset);
  if (!first) return false;
  let at = offset + first.length;
  let frames = 1;
  while (frames < 3) {
    const next = frameAt(bytes, at);
    if (!next) break;
    if (next.kind !== first.kind) return false;
    at += next.length;
    frames++;
  }
  return frames === 3 || (frames === 2 && at >= size);
}

/**
 * A layer III frame header: its length in bytes, and what all frames of one stream share (version, layer, sample
 * rate).
 */
function frameAt(bytes: Bytes, at: number): { length: number; kind: number } | undefined {
  const header = bytes.u32be(at);
  if (header === undefined || header >>> 21 !== 0x7ff) return undefined;
  const version = (header >>> 19) & 3;
  const rate = (header >>> 12) & 15;
  const sample = (header >>> 10) & 3;
  if (version === 1 || ((header >>> 17) & 3) !== 1 || rate === 0 || rate === 15 || sample === 3 || (header & 3) === 2)
    return undefined;
  const first = version === 3;
  const hertz = SAMPLES[sample]! * (first ? 4 : version === 2 ? 2 : 1);
  const bits = (first ? RATES_1 : RATES_2)[rate]! * 1000 * (first ? 144 : 72);
  return { length: Math.floor(bits / hertz) + ((header >>> 9) & 1), kind: header & 0xfffe0c00 };
}
