import { buffer } from 'node:stream/consumers';
import { sha256Hex } from '../../signing/digest.ts';
import { tileReader } from '../../signing/tile-reader.ts';
import { TILE_WIDTH, type TilePlace, tilePath, widthAt } from '../../signing/tiles.ts';
import type { HashReader } from '../../signing/tree-proof.ts';
import {
  anchoredKey,
  anchorKey,
  keptCheckpointKey,
  keptCheckpointPrefix,
  latestCheckpointKey,
  logPrefix,
  logTileKey,
  parseLogKey,
} from '../../storage/objects/log-layout.ts';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';

/** Bytes of a SHA-256. */
const HASH = 32;

/** The logs as they lie in the stores: what is full and every checkpoint in evidence, what still grows and the latest checkpoint in work. */
export class LogStore {
  readonly #evidence: ObjectStore;
  readonly #work: ObjectStore;

  constructor(evidence: ObjectStore, work: ObjectStore) {
    this.#evidence = evidence;
    this.#work = work;
  }

  /** Stores a tile or bundle; a full one that is there with other bytes throws ObjectExists. */
  async put(chain: string, place: TilePlace, bytes: Uint8Array): Promise<void> {
    const store = place.width === TILE_WIDTH ? this.#evidence : this.#work;
    await store.put(logTileKey(chain, tilePath(place)), bytes);
  }

  /** The bytes of a tile or bundle of this very width. Throws ObjectMissing. */
  async read(chain: string, place: TilePlace): Promise<Uint8Array> {
    const store = place.width === TILE_WIDTH ? this.#evidence : this.#work;
    return await buffer(await store.get(logTileKey(chain, tilePath(place))));
  }

  has(chain: string, place: TilePlace): Promise<boolean> {
    const store = place.width === TILE_WIDTH ? this.#evidence : this.#work;
    return store.size(logTileKey(chain, tilePath(place))).then((size) => size !== undefined);
  }

  /** Removes the partial forms of a tile that is full now; clients take the full one (C2SP tlog-tiles). */
  async dropPartials(chain: string, { level, index }: TilePlace): Promise<void> {
    const full = logTileKey(chain, tilePath({ level, index, width: TILE_WIDTH }));
    for await (const { key } of this.#work.list(`${full}.p/`)) await this.#work.delete(key);
  }

  /** Subtrees of the tree of `size` entries. */
  reader(chain: string, size: number): HashReader {
    return tileReader(
      (place) => this.#hashes(chain, { ...place, width: widthAt(place.level, place.index, size) }),
      size,
    );
  }

  /** A partial tile that was full meanwhile is gone: the full one begins with the same hashes. */
  async #hashes(chain: string, place: TilePlace): Promise<Uint8Array> {
    try {
      return await this.read(chain, place);
    } catch (error) {
      if (!(error instanceof ObjectMissing) || place.width === TILE_WIDTH) throw error;
      return (await this.read(chain, { ...place, width: TILE_WIDTH })).subarray(0, place.width * HASH);
    }
  }

  /** A checkpoint that was signed is kept under its size before anybody sees it. Throws ObjectExists when that size has another. */
  async keep(chain: string, size: number, note: string): Promise<void> {
    await this.#evidence.put(keptCheckpointKey(chain, size), Buffer.from(note));
  }

  /** Makes a checkpoint the latest one. */
  async show(chain: string, note: string): Promise<void> {
    await this.#work.put(latestCheckpointKey(chain), Buffer.from(note));
  }

  /** Keeps a checkpoint as it was anchored, with the proof of its time, for ever, and shows both beside the latest checkpoint. */
  async keepAnchor(chain: string, size: number, note: Uint8Array, tsr: Uint8Array): Promise<void> {
    const name = { size, note: sha256Hex(note) };
    await this.#evidence.put(anchorKey(chain, name), note);
    await this.#evidence.put(anchorKey(chain, { ...name, tsr: sha256Hex(tsr) }), tsr);
    await this.#work.put(anchoredKey(chain, 'note'), note);
    await this.#work.put(anchoredKey(chain, 'tsr'), tsr);
  }

  /** The kept checkpoint of the largest size. */
  async lastKept(chain: string): Promise<string | undefined> {
    let last = -1;
    for await (const { key } of this.#evidence.list(keptCheckpointPrefix(chain))) {
      const name = parseLogKey(key);
      if (name?.area === 'checkpoints') last = Math.max(last, name.size);
    }
    return last < 0 ? undefined : await textOf(this.#evidence, keptCheckpointKey(chain, last));
  }

  /** The checkpoint in the work store. */
  latest(chain: string): Promise<string | undefined> {
    return textOf(this.#work, latestCheckpointKey(chain));
  }

  /** What lies under a path of the log (`checkpoint`, `anchored`, `anchored.tsr`, `tile/…`), undefined when nothing does. Throws InvalidKey. */
  async file(chain: string, path: string): Promise<Uint8Array | undefined> {
    const key = `${logPrefix(chain)}${path}`;
    const name = parseLogKey(key);
    if (!name || name.area === 'checkpoints' || name.area === 'anchors') return undefined;
    const full = name.area === 'tile' && !name.path.includes('.p/');
    return await bytesOf(full ? this.#evidence : this.#work, key);
  }
}

async function textOf(store: ObjectStore, key: string): Promise<string | undefined> {
  const bytes = await bytesOf(store, key);
  return bytes && Buffer.from(bytes).toString('utf8');
}

async function bytesOf(store: ObjectStore, key: string): Promise<Uint8Array | undefined> {
  try {
    return await buffer(await store.get(key));
  } catch (error) {
    if (error instanceof ObjectMissing) return undefined;
    throw error;
  }
}
