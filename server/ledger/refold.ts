import type { Document, DocumentStore } from '../../storage/documents/document-store.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import { pages } from './entry-pages.ts';
import { type Failed, rethrow } from './failed.ts';
import type { Kind } from './kind.ts';
import { type Streams, viewOf } from './streams.ts';

const SAVED_AT_ONCE = 500;

/**
 * Throws the views of some kinds away and folds them from the ledger: some hundreds of streams at a time, so memory stays flat.
 * `progress` is told how many entries were passed, `failed` of streams that cannot be read.
 */
export async function refold(
  store: LedgerStore,
  documents: DocumentStore,
  ledger: Streams,
  kinds: readonly Kind<unknown>[],
  progress: (done: number) => void = () => {},
  failed: Failed = rethrow,
): Promise<void> {
  // Forgotten first: when this is cut short, the next start folds these kinds again.
  await documents.delete(
    'fold-version',
    kinds.map(({ name }) => name),
  );
  for (const kind of kinds) await documents.deleteKind(kind.name);
  const wanted = new Set(kinds.map((kind) => kind.name));
  let done = 0;
  let folded: Document[] = [];
  const flush = async () => {
    await documents.save(folded);
    folded = [];
  };
  for (const chain of await store.chains()) {
    for await (const entries of pages(store, chain, 0)) {
      for (const { stream, version } of entries) {
        const found = version === 1 ? ledger.kinds.ofStream(stream) : undefined;
        if (!found || !wanted.has(found.kind.name)) continue;
        try {
          const loaded = await ledger.foldWhole(found.kind, chain, found.id);
          if (loaded.state !== undefined) folded.push(viewOf(found.kind, chain, found.id, loaded));
        } catch (error) {
          failed(chain, stream, error);
        }
        if (folded.length >= SAVED_AT_ONCE) await flush();
      }
      done += entries.length;
      progress(done);
    }
  }
  await flush();
  for (const kind of kinds) await saveFoldVersion(documents, kind);
}

/** Remembers by which rules the views of a kind were made. */
export async function saveFoldVersion(
  documents: DocumentStore,
  { name, foldVersion }: Pick<Kind<unknown>, 'name' | 'foldVersion'>,
): Promise<void> {
  const version = ((await documents.get('fold-version', name))?.version ?? 0) + 1;
  await documents.save([
    { kind: 'fold-version', id: name, chain: SYSTEM_CHAIN, version, body: { version: foldVersion } },
  ]);
}
