import { leafHash } from '../../signing/chain.ts';
import { encodeBundle, perfectRoot, readTile, TILE_WIDTH, type TilePlace, tilesBetween } from '../../signing/tiles.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import type { LogStore } from './log-store.ts';

/** Tiles that wait for the disk at the same time. */
const AT_ONCE = 4;

type HashTile = TilePlace & { level: number };

/** Writes the bundles and tiles that a log gets when its ledger grows. Everything can be written again: the bytes are the same. */
export class TileWriter {
  readonly #ledger: LedgerStore;
  readonly #log: LogStore;
  /** Rows above the leaves that are not full yet, by `<chain>/<level>/<index>`. */
  readonly #rows = new Map<string, Uint8Array[]>();

  constructor(ledger: LedgerStore, log: LogStore) {
    this.#ledger = ledger;
    this.#log = log;
  }

  /** From the log of `from` entries to that of `to`. Durable when it resolves. */
  async grow(chain: string, from: number, to: number): Promise<HashTile[]> {
    const tiles = [...tilesBetween(from, to)];
    const leaves = tiles.filter(({ level }) => level === 0).values();
    // A row above is made of the tiles below it, so those are all there first.
    const writer = async () => {
      for (const tile of leaves) await this.#write(chain, tile);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, writer));
    for (const tile of tiles) if (tile.level > 0) await this.#write(chain, tile);
    return tiles;
  }

  /** What is partial at a size and not in the store, after its loss. */
  async replace(chain: string, size: number): Promise<void> {
    for (const tile of tilesBetween(0, size)) {
      const bundle = { ...tile, level: 'entries' as const };
      const there = async (place: TilePlace) => tile.width === TILE_WIDTH || (await this.#log.has(chain, place));
      if (!(await there(tile)) || (tile.level === 0 && !(await there(bundle)))) await this.#write(chain, tile);
    }
  }

  /** When the full tile can be read, its partial forms are of no use. */
  async dropPartials(chain: string, tiles: readonly HashTile[]): Promise<void> {
    for (const tile of tiles.filter(({ width }) => width === TILE_WIDTH)) {
      await this.#log.dropPartials(chain, tile);
      if (tile.level === 0) await this.#log.dropPartials(chain, { ...tile, level: 'entries' });
    }
  }

  async #write(chain: string, tile: HashTile): Promise<void> {
    const hashes = tile.level === 0 ? await this.#leaves(chain, tile) : await this.#row(chain, tile);
    await this.#log.put(chain, tile, Buffer.concat(hashes));
  }

  /** The bundle goes first: a hash in the log without its entry would be worth nothing. */
  async #leaves(chain: string, { index, width }: HashTile): Promise<Uint8Array[]> {
    const entries = await this.#ledger.range(chain, index * TILE_WIDTH, width);
    if (entries.length !== width) throw new Error(`the ledger has no entry ${index * TILE_WIDTH + entries.length}`);
    const hashes = entries.map(({ bytes, hash, seq }) => {
      const leaf = leafHash(bytes);
      if (Buffer.compare(leaf, hash) !== 0) throw new Error(`entry ${chain}#${seq} does not have its hash`);
      return leaf;
    });
    await this.#log.put(chain, { level: 'entries', index, width }, encodeBundle(entries.map(({ bytes }) => bytes)));
    return hashes;
  }

  async #row(chain: string, { level, index, width }: HashTile): Promise<Uint8Array[]> {
    const name = `${chain}/${level}/${index}`;
    const row = this.#rows.get(name) ?? [];
    for (let at = row.length; at < width; at++) {
      const below = { level: level - 1, index: index * TILE_WIDTH + at, width: TILE_WIDTH };
      row.push(perfectRoot(readTile(await this.#log.read(chain, below), TILE_WIDTH)));
    }
    if (width < TILE_WIDTH) this.#rows.set(name, row);
    else this.#rows.delete(name);
    return row;
  }
}
