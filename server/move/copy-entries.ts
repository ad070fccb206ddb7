import { decodeEntry, GENESIS_PREV, leafHash } from '../../signing/chain.ts';
import { CompactRange } from '../../signing/merkle.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { appendRest } from '../ledger/append-rest.ts';
import { pages } from '../ledger/entry-pages.ts';
import { MoveRefused } from './refused.ts';

/** Number of entries and RFC 6962 root of a chain. */
export interface Tree {
  size: number;
  root: Uint8Array;
}

/**
 * Copies a chain, each entry checked against the one before it, and its claims. What is there already must be the beginning of the same chain:
 * a copy that was cut short goes on. Throws MoveRefused and LedgerDiffers, naming the entry.
 */
export async function copyEntries(
  from: LedgerStore,
  to: LedgerStore,
  chain: string,
  progress: (entries: number) => void,
): Promise<Tree> {
  const tree = new CompactRange();
  const { size: there } = await to.head(chain);
  let prev = GENESIS_PREV;
  for await (const page of pages(from, chain, 0)) {
    for (const stored of page) {
      checkEntry(stored, tree.size, prev);
      tree.append(stored.hash);
      prev = Buffer.from(stored.hash).toString('hex');
    }
    await appendRest(to, page, there);
    progress(page.length);
  }
  if (there > tree.size)
    throw new MoveRefused(`the target has ${there} entries of ${chain}, the source ${tree.size}: it is newer`);
  await to.replaceClaims(chain, await Array.fromAsync(from.claims(chain)));
  return { size: tree.size, root: tree.root() };
}

/** Throws MoveRefused when an entry's bytes are not what its place and its columns say. */
function checkEntry(stored: StoredEntry, seq: number, prev: string): void {
  const where = `entry ${stored.chain}#${seq}`;
  if (stored.seq !== seq) throw new MoveRefused(`${where} is missing`);
  if (Buffer.compare(leafHash(stored.bytes), stored.hash) !== 0)
    throw new MoveRefused(`${where} does not have the hash that is stored beside it`);
  const entry = decodeEntry(stored.bytes);
  if (entry.prev !== prev) throw new MoveRefused(`${where} does not follow the entry before it`);
  for (const column of ['chain', 'seq', 'stream', 'version'] as const) {
    if (entry[column] !== stored[column]) throw new MoveRefused(`${where}: its column ${column} is not what it says`);
  }
}
