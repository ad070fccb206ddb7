import { buffer } from 'node:stream/consumers';
import { parseTilePath, readBundle, TILE_WIDTH, tilePath } from '../../signing/tiles.ts';
import { logTileKey, parseLogKey } from '../../storage/objects/log-layout.ts';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { ObjectUnusable } from './unusable.ts';

export interface ObjectStores {
  evidence: ObjectStore;
  work: ObjectStore;
}

export interface Bundle {
  /** Key of its object. */
  key: string;
  entries: Uint8Array[];
}

/**
 * The bundles of a log in order: those that the checkpoint of `size` entries covers, and full ones that follow it. They were written before the
 * checkpoint that never came, and being write-once nothing else can ever stand in their place. Throws ObjectUnusable.
 */
export async function* readBundles(stores: ObjectStores, chain: string, size: number): AsyncGenerator<Bundle> {
  for (let index = 0; ; index++) {
    const covered = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const full = logTileKey(chain, tilePath({ level: 'entries', index, width: TILE_WIDTH }));
    if ((await stores.evidence.size(full)) !== undefined) yield await read(stores.evidence, full, TILE_WIDTH);
    else {
      const width = covered > 0 ? await widestPartial(stores.work, full, covered) : 0;
      const partial = `${full}.p/${width}`;
      if (width > 0) yield await read(stores.work, partial, width);
      if (width < covered)
        throw new ObjectUnusable(covered < TILE_WIDTH ? `${full}.p/${covered}` : full, 'it is missing');
      return;
    }
  }
}

/** Of what is left of a bundle that is not full, the most entries that are not more than `limit`. */
async function widestPartial(work: ObjectStore, full: string, limit: number): Promise<number> {
  let widest = 0;
  for await (const { key } of work.list(`${full}.p/`)) {
    const name = parseLogKey(key);
    const width = (name?.area === 'tile' && parseTilePath(name.path)?.width) || 0;
    if (width <= limit) widest = Math.max(widest, width);
  }
  return widest;
}

async function read(store: ObjectStore, key: string, width: number): Promise<Bundle> {
  try {
    return { key, entries: readBundle(await buffer(await store.get(key)), width) };
  } catch (error) {
    throw new ObjectUnusable(key, (error as Error).message);
  }
}
