import { setTimeout as sleep } from 'node:timers/promises';
import { decodeEntry } from '../../signing/chain.ts';
import type { DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { disposes } from './cipher.ts';
import { pages } from './entry-pages.ts';
import { documentId, type Kind, type Kinds } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { refold } from './refold.ts';

export const viewDocuments: KindSpec[] = [
  { kind: 'view-position', sort: 'state', indexes: [] },
  { kind: 'fold-version', sort: 'state', indexes: [] },
];

/** The chain does not have so many entries: the position was never told by this service. */
export class PositionUnknown extends Error {}

const PATIENCE_MS = 2000;
const LOOK_MS = 100;

/**
 * Keeps the views up with the ledger. Who appends saves the view before he answers, so only what a process left that died in between is
 * behind: it is folded at a start, by who follows the ledger, and for who asks with a position. `view-position/<chain>` says up to which
 * seq all views are known to be saved.
 */
export class Views {
  readonly #store: LedgerStore;
  readonly #documents: DocumentStore;
  readonly #ledger: Ledger;
  readonly #kinds: Kinds;
  /** By chain: so many entries are in all their views, as far as this process knows. */
  readonly #reached = new Map<string, number>();
  readonly #following = new Map<string, Promise<void>>();

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
      const from = await positionOf(this.#documents, chain);
      // Asked first: what other processes append meanwhile is theirs to save, and not known to be saved.
      const { size } = await this.#store.head(chain);
      await this.#healFrom(chain, from);
      if (size > from) await settleAt(this.#documents, chain, size);
      this.#reached.set(chain, size);
    }
  }

  /**
   * Until every view has the chain's first `size` entries: who wrote on another process reads it here. Throws PositionUnknown when the
   * chain does not get so long in two seconds.
   */
  async reach(chain: string, size: number): Promise<void> {
    if (size <= this.#reachedOf(chain)) return;
    for (const began = performance.now(); (await this.#store.head(chain)).size < size; await sleep(LOOK_MS))
      if (performance.now() - began > PATIENCE_MS) throw new PositionUnknown();
    while (this.#reachedOf(chain) < size) await this.follow(chain);
  }

  /** Folds what a process that died left behind its entries, up to the head. */
  async follow(chain: string): Promise<void> {
    const running = this.#following.get(chain) ?? this.#follow(chain).finally(() => this.#following.delete(chain));
    this.#following.set(chain, running);
    await running;
  }

  /** As `follow`, of every chain, and remembers how far for the next start. */
  async followAll(): Promise<void> {
    for (const chain of await this.#store.chains()) {
      await this.follow(chain);
      await settleAt(this.#documents, chain, this.#reachedOf(chain));
    }
  }

  #reachedOf(chain: string): number {
    return this.#reached.get(chain) ?? 0;
  }

  async #follow(chain: string): Promise<void> {
    for await (const entries of pages(this.#store, chain, this.#reachedOf(chain))) {
      await this.#healBehind(chain, entries);
      this.#reached.set(chain, entries.at(-1)!.seq + 1);
    }
  }

  async #healBehind(chain: string, entries: readonly StoredEntry[]): Promise<void> {
    const versions = new Map(entries.map(({ stream, version }) => [stream, version]));
    const known = [...versions].flatMap(([stream, version]) => {
      const found = this.#kinds.ofStream(stream);
      return found ? [{ ...found, version, view: documentId(found.kind, chain, found.id) }] : [];
    });
    for (const [kind, streams] of Map.groupBy(known, (found) => found.kind)) {
      const views = await this.#documents.getMany(
        kind.name,
        streams.map(({ view }) => view),
      );
      const saved = new Map(views.map(({ id, version }) => [id, version]));
      for (const { id, version, view } of streams)
        if ((saved.get(view) ?? 0) < version) await this.#healStream(kind, chain, id, entries);
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
  if (saved?.body.seq === seq) return;
  const version = (saved?.version ?? 0) + 1;
  await documents.save([{ kind: 'view-position', id: chain, chain, version, body: { seq } }]);
}

async function positionOf(documents: DocumentStore, chain: string): Promise<number> {
  return Number((await documents.get('view-position', chain))?.body.seq ?? 0);
}
