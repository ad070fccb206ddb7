import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';

const PAGE = 1000;

/** All entries of a chain from a seq on, page by page. */
export async function* pages(store: LedgerStore, chain: string, from: number): AsyncGenerator<StoredEntry[]> {
  for (let seq = from; ; ) {
    const entries = await store.range(chain, seq, PAGE);
    if (entries.length === 0) return;
    yield entries;
    seq += entries.length;
  }
}
