import type { Bytes } from './type-bytes.ts';
import { type FileType, types } from './type-list.ts';

const heif: FileType = { mediaType: 'image/heif', extension: 'heif', family: 'image' };
const avif: FileType = { mediaType: 'image/avif', extension: 'avif', family: 'image' };

/** Brands by which a file says what it is (ISO/IEC 14496-12 section 4.3; the registry is mp4ra.org). */
const brands: [RegExp, FileType][] = [
  [/^qt {2}$/, types.mov],
  [/^3g[2-9a-z][a-z0-9]$/, types.threegp],
  [/^M4[ABP] $/, types.m4a],
  [/^(hei[cxms]|hev[cxms])$/, types.heic],
  [/^avi[fs]$/, avif],
  [
    /^(iso[m2-9a-c]|mp4[12]|avc1|hvc1|hev1|dash|msdh|M4V[ HP]?|MSNV|ND[A-Z]{2}|XAVC|f4v |F4V |mmp4|CAEP|caqv|nvr1)$/,
    types.mp4,
  ],
];
/** Brands of picture containers that leave the coding to the compatible brands. */
const pictures = /^(mif1|mif2|msf1|miaf|heif)$/;

/** First boxes of QuickTime files older than `ftyp`, or of recordings that were cut before it was written. */
const openings = /^(moov|mdat|wide|free|skip|pnot)$/;

/** MP4, MOV, 3GP, M4A, HEIC by brand, the major one before the compatible ones; `undefined` for anything else. */
export function isoMediaType(head: Bytes, size: number): FileType | undefined {
  if (head.startsWith('ftyp', 4)) return brandType(head);
  return isOldQuickTime(head, size) ? types.mov : undefined;
}

function brandType(head: Bytes): FileType | undefined {
  const length = Math.min(head.u32be(0) ?? 0, 4096, head.length);
  const major = head.ascii(8, 4);
  const compatible: string[] = [];
  for (let at = 16; at + 4 <= length; at += 4) compatible.push(head.ascii(at, 4));
  if (pictures.test(major)) return firstOf(compatible, [types.heic, avif]) ?? heif;
  return firstOf([major], all) ?? firstOf(compatible, all);
}

const all = brands.map(([, type]) => type);

function firstOf(named: string[], wanted: FileType[]): FileType | undefined {
  for (const name of named) {
    const type = brands.find(([brand]) => brand.test(name))?.[1];
    if (type && wanted.includes(type)) return type;
  }
  return undefined;
}

/** Boxes of which the first is an opening, each as long as it says, until the first that is not in the head. */
function isOldQuickTime(head: Bytes, size: number): boolean {
  let at = 0;
  for (let box = 0; box < 16 && at + 8 <= head.length; box++) {
    const kind = head.ascii(at + 4, 4);
    if (!(openings.test(kind) || (box > 0 && /^(ftyp|udta|uuid|meta)$/.test(kind)))) return false;
    const length = head.u32be(at)!;
    if (kind === 'moov') return length >= 16 && /^(mvhd|cmov|rmra)$/.test(head.ascii(at + 12, 4));
    if (kind === 'mdat') return length === 0 || length === 1 || length >= 8;
    if (length < 8 || at + length > size) return false;
    at += length;
  }
  return false;
}
