import type { FileHandle } from 'node:fs/promises';

/** Of an ISO base media file (ISO/IEC 14496-12): seconds that it lasts, and when it says it was made, RFC 3339 (0 is told by many cameras and is left out). */
export interface Mp4Times {
  seconds?: number;
  made?: string;
}

/** Boxes on one level that are looked at. */
const MOST = 1000;
/** Seconds from 1904-01-01 to 1970-01-01. */
const EPOCH = 2_082_844_800;

/** Reads the movie header (section 8.2.2). Empty for what is no such file or is broken; nothing in it makes it throw but the file itself. */
export async function mp4Times(file: FileHandle, size: number): Promise<Mp4Times> {
  const moov = await findBox(file, 'moov', 0, size);
  const mvhd = moov && (await findBox(file, 'mvhd', moov.start, moov.end));
  if (!mvhd) return {};
  const head = Buffer.alloc(32);
  const { bytesRead } = await file.read(head, 0, 32, mvhd.start);
  const long = head[0] === 1;
  if (bytesRead < (long ? 32 : 20) || mvhd.end - mvhd.start < bytesRead) return {};
  const made = long ? Number(head.readBigUInt64BE(4)) : head.readUInt32BE(4);
  const scale = head.readUInt32BE(long ? 20 : 12);
  const duration = long ? Number(head.readBigUInt64BE(24)) : head.readUInt32BE(16);
  const seconds = duration / scale;
  const at = new Date((made - EPOCH) * 1000);
  return {
    ...(Number.isFinite(seconds) && seconds > 0 && seconds < 1e6 && { seconds }),
    ...(made > EPOCH && Number.isFinite(at.getTime()) && { made: at.toISOString() }),
  };
}

async function findBox(file: FileHandle, name: string, from: number, to: number) {
  const head = Buffer.alloc(16);
  for (let at = from, looked = 0; at + 8 <= to && looked < MOST; looked++) {
    const { bytesRead } = await file.read(head, 0, 16, at);
    if (bytesRead < 8) return undefined;
    const short = head.readUInt32BE(0);
    const large = short === 1 && bytesRead === 16;
    const length = short === 0 ? to - at : large ? Number(head.readBigUInt64BE(8)) : short;
    const header = large ? 16 : 8;
    if (length < header || at + length > to) return undefined;
    if (head.toString('latin1', 4, 8) === name) return { start: at + header, end: at + length };
    at += length;
  }
  return undefined;
}
