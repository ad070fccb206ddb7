import { buffer } from 'node:stream/consumers';
import { leafHash } from '../../signing/chain.ts';
import { chainVerifier, openCheckpoint } from '../../signing/checkpoint.ts';
import { CompactRange } from '../../signing/merkle.ts';
import {
  encodeBundle,
  parseTilePath,
  perfectRoot,
  readTile,
  TILE_WIDTH,
  type TilePlace,
  tilePath,
  tilesBetween,
} from '../../signing/tiles.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import { keptCheckpointKey, latestCheckpointKey, logTileKey, parseLogKey } from '../../storage/objects/log-layout.ts';
import type { ObjectInfo, ObjectStore } from '../../storage/objects/object-store.ts';
import type { Finding } from '../ledger/finding.ts';
import { checkAnchor } from './check-anchor.ts';

interface Logs {
  store: LedgerStore;
  evidence: ObjectStore;
  work: ObjectStore;
  /** Verifier key of the installation; undefined when it cannot be opened. */
  verifier: string | undefined;
  /** Latest checkpoints of the work store, read before the snapshot of the database. */
  latest: ReadonlyMap<string, string>;
}

const PAGE = 50_000;

/** Whether an object of the evidence store is part of a log. */
export function isLogEvidence(key: string): boolean {
  const name = parseLogKey(key);
  return (
    name?.area === 'checkpoints' ||
    name?.area === 'anchors' ||
    (name?.area === 'tile' && parseTilePath(name.path)?.width === TILE_WIDTH)
  );
}

/**
 * The logs in the stores against the ledger: every bundle, tile and checkpoint that is there, and that none is missing below the last
 * checkpoint. `listed` was made before the snapshot of the database.
 */
export async function* checkLogs(logs: Logs, listed: readonly ObjectInfo[]): AsyncGenerator<Finding> {
  const keys = new Set(listed.map(({ key }) => key).filter(isLogEvidence));
  const chains = new Set([...keys].flatMap((key) => parseLogKey(key)?.chain ?? []));
  for (const chain of new Set([...chains, ...logs.latest.keys()])) yield* checkOne(logs, chain, keys);
}

async function* checkOne(logs: Logs, chain: string, keys: ReadonlySet<string>): AsyncGenerator<Finding> {
  const sizes = new Set<number>();
  for (const key of keys) {
    const name = parseLogKey(key);
    if (name?.chain !== chain) continue;
    if (name.area === 'checkpoints') sizes.add(name.size);
    if (name.area === 'anchors')
      yield* checkAnchor(logs.evidence, logs.verifier && chainVerifier(logs.verifier, chain), chain, name);
    const place = name.area === 'tile' ? parseTilePath(name.path) : undefined;
    if (place) yield* same(logs.evidence, key, await expected(logs, chain, place));
  }
  const last = Math.max(0, ...sizes);
  for (const tile of tilesBetween(0, last)) {
    for (const level of tile.level === 0 ? (['entries', 0] as const) : [tile.level]) {
      const key = logTileKey(chain, tilePath({ ...tile, level }));
      if (tile.width === TILE_WIDTH && !keys.has(key))
        yield fault(key, `it is missing below the checkpoint of ${last}`);
    }
  }
  yield* checkCheckpoints(logs, chain, sizes);
  yield* checkLatest(logs, chain, last);
}

/** Every kept checkpoint: its signature, and its root, in one walk along the chain. */
async function* checkCheckpoints(
  { store, evidence, verifier }: Logs,
  chain: string,
  sizes: ReadonlySet<number>,
): AsyncGenerator<Finding> {
  const tree = new CompactRange();
  const { size: entries } = await store.head(chain);
  for (const size of [...sizes].sort((a, b) => a - b)) {
    const key = keptCheckpointKey(chain, size);
    if (size > entries) {
      yield fault(key, `the ledger has ${entries} entries: its tail is cut off`);
      continue;
    }
    while (tree.size < size) {
      const hashes = await store.hashes(chain, tree.size, Math.min(PAGE, size - tree.size));
      for (let at = 0; at < hashes.length; at += 32) tree.append(hashes.subarray(at, at + 32));
      if (hashes.length === 0) break;
    }
    if (verifier === undefined) continue;
    try {
      const signed = openCheckpoint((await buffer(await evidence.get(key))).toString('utf8'), verifier, chain);
      if (signed.size !== size) yield fault(key, `it is of ${signed.size} entries`);
      else if (Buffer.compare(signed.root, tree.root()) !== 0) yield fault(key, 'the ledger does not have its root');
    } catch (error) {
      yield fault(key, (error as Error).message);
    }
  }
}

/** What a receipt is made from now. A server that is running may take partial tiles away once they are full. */
async function* checkLatest(logs: Logs, chain: string, last: number): AsyncGenerator<Finding> {
  const key = latestCheckpointKey(chain);
  const note = logs.latest.get(chain);
  if (note === undefined) {
    yield { grade: 'note', where: `log ${key}`, what: 'it is missing; the next start makes it again' };
    return;
  }
  if (logs.verifier === undefined) return;
  try {
    const { size } = openCheckpoint(note, logs.verifier, chain);
    if (size > last) yield fault(key, `no checkpoint of ${size} entries is kept`);
    for (const tile of tilesBetween(0, size)) {
      if (tile.width === TILE_WIDTH) continue;
      for (const level of tile.level === 0 ? (['entries', 0] as const) : [tile.level]) {
        const place = { ...tile, level };
        const partial = logTileKey(chain, tilePath(place));
        if ((await logs.work.size(partial)) !== undefined)
          yield* same(logs.work, partial, await expected(logs, chain, place));
      }
    }
  } catch (error) {
    yield fault(key, (error as Error).message);
  }
}

/** The bytes that a tile or bundle must have: leaves and bundles by the ledger, rows above by the tiles below. */
async function expected({ store, evidence }: Logs, chain: string, place: TilePlace): Promise<Uint8Array | string> {
  const { level, index, width } = place;
  if (level === 'entries' || level === 0) {
    const entries = await store.range(chain, index * TILE_WIDTH, width);
    if (entries.length !== width) return 'the ledger does not have all of its entries';
    const bytes = entries.map((entry) => entry.bytes);
    return level === 0 ? Buffer.concat(bytes.map(leafHash)) : encodeBundle(bytes);
  }
  const roots: Uint8Array[] = [];
  try {
    for (let at = 0; at < width; at++) {
      const below = tilePath({ level: level - 1, index: index * TILE_WIDTH + at, width: TILE_WIDTH });
      roots.push(perfectRoot(readTile(await buffer(await evidence.get(logTileKey(chain, below))), TILE_WIDTH)));
    }
  } catch (error) {
    return `a tile below it cannot be read: ${(error as Error).message}`;
  }
  return Buffer.concat(roots);
}

async function* same(store: ObjectStore, key: string, wanted: Uint8Array | string): AsyncGenerator<Finding> {
  if (typeof wanted === 'string') {
    yield fault(key, wanted);
    return;
  }
  try {
    if (Buffer.compare(await buffer(await store.get(key)), wanted) !== 0)
      yield fault(key, 'it is not what the ledger says');
  } catch (error) {
    yield fault(key, `it cannot be read: ${(error as Error).message}`);
  }
}

const fault = (key: string, what: string): Finding => ({ grade: 'fault', where: `log ${key}`, what });
