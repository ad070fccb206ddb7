import { decodeEntry } from '../../signing/chain.ts';
import type { Document, DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import { disposes } from './cipher.ts';
import { pages } from './entry-pages.ts';
import { type Failed, rethrow } from './failed.ts';
import type { Kind, Kinds } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { type Streams, viewOf } from './streams.ts';

export const viewDocuments: KindSpec[] = [
  { kind: 'view-position', sort: 'state', indexes: [] },
  { kind: 'fold-version', sort: 'state', indexes: [] },
];

const SAVED_AT_ONCE = 500;

/**
 * Keeps the views up with the ledger. `view-position/<chain>` says up to which seq all views are known to be saved; what a crash
 * left behind it is folded at the next start.
 */
export class Views {
  readonly #store: LedgerStore;
  readonly #documents: DocumentStore;
  readonly #ledger: Ledger;
  readonly #kinds: Kinds;

  constructor(store: LedgerStore, documents: DocumentStore, ledger: Ledger) {
    this.#store = store;
    this.#documents = documents;
    this.#ledger = ledger;
    this.#kinds = ledger.kinds;
  }

  /** Brings every view up to the ledger; kinds whose fold has another version are folded anew. */
  async catchUp(): Promise<void> {
    await this.#refoldChanged();
    for (const chain of await this.#store.chains()) {
      const saved = await this.#documents.get('view-position', chain);
      const from = (saved?.body as { seq: number } | undefined)?.seq ?? 0;
      // Asked first: what other processes append meanwhile is theirs to save, and not known to be saved.
      const { size } = await this.#store.head(chain);
      await this.#healFrom(chain, from);
      if (size > from) await settleAt(this.#documents, chain, size);
    }
  }

  /** Records that all views of a chain hold everything up to its present head; call it only while nothing is appended. */
  async settle(chain: string): Promise<void> {
    const { size } = await this.#store.head(chain);
    await settleAt(this.#documents, chain, size);
  }

  async #healFrom(chain: string, from: number): Promise<void> {
    for await (const entries of pages(this.#store, chain, from)) {
      for (const stream of new Set(entries.map((entry) => entry.stream))) {
        const found = this.#kinds.ofStream(stream);
        if (found) await this.#healStream(found.kind, chain, found.id, entries);
      }
    }
  }

  async #healStream(kind: Kind<unknown>, chain: string, id: string, entries: readonly StoredEntry[]): Promise<void> {
    const own = entries.filter((entry) => entry.stream === `${kind.name}/${id}`);
    if (own.some((entry) => disposes(kind, decodeEntry(entry.bytes))))
      await this.#ledger.finishDisposal(kind, chain, id);
    await this.#ledger.load(kind, chain, id);
  }

  async #refoldChanged(): Promise<void> {
    const changed: Kind<unknown>[] = [];
    for (const kind of this.#kinds.all) {
      const saved = await this.#documents.get('fold-version', kind.name);
      if ((saved?.body as { version: number } | undefined)?.version !== kind.foldVersion) changed.push(kind);
    }
    if (changed.length > 0) await refold(this.#store, this.#documents, this.#ledger, changed);
  }
}

/** Records that all views of a chain hold its first `seq` entries. */
export async function settleAt(documents: DocumentStore, chain: string, seq: number): Promise<void> {
  const saved = await documents.get('view-position', chain);
  if ((saved?.body as { seq: number } | undefined)?.seq === seq) return;
  const version = (saved?.version ?? 0) + 1;
  await documents.save([{ kind: 'view-position', id: chain, chain, version, body: { seq } }]);
}

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

async function saveFoldVersion(documents: DocumentStore, { name, foldVersion }: Kind<unknown>): Promise<void> {
  const version = ((await documents.get('fold-version', name))?.version ?? 0) + 1;
  await documents.save([
    { kind: 'fold-version', id: name, chain: SYSTEM_CHAIN, version, body: { version: foldVersion } },
  ]);
}
