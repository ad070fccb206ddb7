import { createHash } from 'node:crypto';
import { ENTRY_LIMIT } from './chain.ts';
import { nodeHash } from './merkle.ts';
import { ProofError } from './proof-error.ts';

/** C2SP tlog-tiles: a log as files. Tiles are 256 hashes wide; level 0 are leaf hashes, level L the roots of full tiles below. */

/** Hashes, or entries, in a full tile. */
export const TILE_WIDTH = 256;
const HASH = 32;
/** 256^7 is beyond 2^53. */
const LEVELS = 7;

export interface TilePlace {
  level: number | 'entries';
  index: number;
  /** 1 to 256; 256 is a full one. */
  width: number;
}

/** Path of a hash tile or an entry bundle: `tile/0/x001/234`, `tile/entries/000.p/7`. Throws ProofError `TILE_PLACE`. */
export function tilePath({ level, index, width }: TilePlace): string {
  const known = level === 'entries' || (Number.isInteger(level) && level >= 0 && level < LEVELS);
  const whole = Number.isSafeInteger(index) && index >= 0 && Number.isInteger(width) && width >= 1;
  if (!known || !whole || width > TILE_WIDTH) throw new ProofError('TILE_PLACE', 'no such tile');
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  const number = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${number}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** Undefined for anything that `tilePath` does not write. */
export function parseTilePath(path: string): TilePlace | undefined {
  const found = /^tile\/(entries|[0-6])\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (!found) return undefined;
  const [, name = '', number = '', width] = found;
  const place: TilePlace = {
    level: name === 'entries' ? 'entries' : Number(name),
    index: Number(number.replaceAll(/\D/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  const written = Number.isSafeInteger(place.index) && place.width <= TILE_WIDTH && tilePath(place) === path;
  return written ? place : undefined;
}

/** Number of hashes at a level of the tree of `size` leaves that stand in tiles. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** Width of tile `index` at a level in the tree of `size` leaves; 0 when it is not there. */
export const widthAt = (level: number, index: number, size: number): number =>
  Math.max(0, Math.min(TILE_WIDTH, hashesAt(level, size) - index * TILE_WIDTH));

/** The hash tiles that the tree of `to` leaves has and that of `from` has not or has narrower, lowest level first. */
export function* tilesBetween(from: number, to: number): Generator<TilePlace & { level: number }> {
  for (let level = 0; hashesAt(level, to) > hashesAt(level, from); level++) {
    const last = Math.floor((hashesAt(level, to) - 1) / TILE_WIDTH);
    for (let index = Math.floor(hashesAt(level, from) / TILE_WIDTH); index <= last; index++) {
      yield { level, index, width: widthAt(level, index, to) };
    }
  }
}

/** The hashes of a tile. Throws ProofError `TILE_SIZE` when there are not `width` of them. */
export function readTile(bytes: Uint8Array, width: number): Uint8Array[] {
  if (bytes.length !== width * HASH) throw new ProofError('TILE_SIZE', `a tile of ${width} has ${width * HASH} bytes`);
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * HASH, (at + 1) * HASH));
}

/** Root of a perfect subtree from its 2^k nodes. */
export function perfectRoot(hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const next: Uint8Array[] = [];
    for (let at = 0; at + 1 < row.length; at += 2)
      next.push(nodeHash(row[at] as Uint8Array, row[at + 1] as Uint8Array));
    row = next;
  }
  return row[0] ?? createHash('sha256').digest();
}

/** An entry bundle: each entry's length as big-endian uint16, then its bytes. Throws ProofError `BUNDLE_ENTRY`. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts = entries.flatMap((entry) => {
    if (entry.length > ENTRY_LIMIT) throw new ProofError('BUNDLE_ENTRY', `${entry.length} bytes`);
    return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
  });
  return Buffer.concat(parts);
}

/** The `width` entries of a bundle, as views. Throws ProofError `BUNDLE_SIZE` when they are cut, or more or fewer. */
export function readBundle(bytes: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = at + 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    if (at + 2 > bytes.length || end > bytes.length) throw new ProofError('BUNDLE_SIZE', 'the last entry is cut');
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  if (entries.length !== width) throw new ProofError('BUNDLE_SIZE', `${entries.length} entries, not ${width}`);
  return entries;
}
