import { perfectRoot, readTile, TILE_WIDTH, type TilePlace, widthAt } from './tiles.ts';
import type { HashReader } from './tree-proof.ts';

/** The bytes of a hash tile; throws when it is not there. */
export type TileSource = (place: TilePlace & { level: number }) => Promise<Uint8Array>;

const KEPT = 64;
const LEVELS_A_TILE = 8;

/** Reads subtrees of the tree of `size` leaves from its tiles (C2SP tlog-tiles). The last few tiles read are kept. */
export function tileReader(source: TileSource, size: number): HashReader {
  const kept = new Map<string, Promise<Uint8Array[]>>();
  const tile = (level: number, index: number): Promise<Uint8Array[]> => {
    const name = `${level}/${index}`;
    const known = kept.get(name);
    if (known) return known;
    const width = widthAt(level, index, size);
    const read = source({ level, index, width }).then((bytes) => readTile(bytes, width));
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value as string);
    kept.set(name, read);
    return read;
  };
  return async (level, index) => {
    const height = level % LEVELS_A_TILE;
    const first = index * 2 ** height;
    const hashes = await tile((level - height) / LEVELS_A_TILE, Math.floor(first / TILE_WIDTH));
    const at = first % TILE_WIDTH;
    return perfectRoot(hashes.slice(at, at + 2 ** height));
  };
}
