import { isDeepStrictEqual } from 'node:util';
import type { DocumentStore } from '../../storage/documents/document-store.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import { BLOCK, BLOCK_VERSION, type Block, blockKind, blockOf } from './entry-blocks.ts';
import { type Finding, fault } from './finding.ts';

/** The index of entries against the ledger: every block that is there says what its entries say, and none is missing before the last. */
export async function* checkEntryIndex(store: LedgerStore, documents: DocumentStore): AsyncGenerator<Finding> {
  const saved = await documents.get('fold-version', blockKind);
  if (saved?.body.version !== BLOCK_VERSION) {
    yield { grade: 'note', where: 'entry index', what: 'it is of another version; the next start makes it anew' };
    return;
  }
  const counts = new Map<string, { count: number; last: number }>();
  for await (const { id, chain, body } of documents.all(blockKind)) {
    const { index } = body as unknown as Block;
    const entries = await store.range(chain, index * BLOCK, BLOCK);
    const right = entries.length === BLOCK ? blockOf(chain, index, entries) : undefined;
    if (right?.id !== id || !isDeepStrictEqual(body, right.body))
      yield fault(`entry index ${id}`, 'it is not what the entries say');
    const { count = 0, last = -1 } = counts.get(chain) ?? {};
    counts.set(chain, { count: count + 1, last: Math.max(last, index) });
  }
  for (const [chain, { count, last }] of counts)
    if (count !== last + 1)
      yield fault(`entry index ${chain}`, `${last + 1 - count} of ${last + 1} blocks are missing`);
}
