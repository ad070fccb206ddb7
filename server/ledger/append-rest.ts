import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';

const HASH = 32;

/** A store holds other entries than those that it was to get. */
export class LedgerDiffers extends Error {
  override name = 'LedgerDiffers';
}

/**
 * Appends what a chain of `there` entries does not have yet of a run of entries: so a copy that was cut short goes on. What it has must be the
 * same. Throws LedgerDiffers, naming the entry.
 */
export async function appendRest(store: LedgerStore, run: readonly StoredEntry[], there: number): Promise<void> {
  const [first] = run;
  if (!first) return;
  const { chain } = first;
  const known = run.filter(({ seq }) => seq < there);
  const held = await store.hashes(chain, first.seq, known.length);
  for (const [index, { seq, hash }] of known.entries()) {
    if (Buffer.compare(held.subarray(index * HASH, (index + 1) * HASH), hash) !== 0)
      throw new LedgerDiffers(`entry ${chain}#${seq} is another one there: it holds another ledger`);
  }
  const { inserted, conflict } = await store.append(run.slice(known.length));
  if (conflict)
    throw new LedgerDiffers(`entry ${chain}#${run[known.length + inserted]?.seq} is refused: ${conflict.kind}`);
}
