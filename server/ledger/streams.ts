import { decodeEntry } from '../../signing/chain.ts';
import type { Document, DocumentStore, JsonObject } from '../../storage/documents/document-store.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { disposes, type OpenedEntry, openEntry, openWithoutKey } from './cipher.ts';
import { Claims } from './claims.ts';
import type { KeyRing } from './keys.ts';
import { type AnyEvent, type Claim, documentId, type Kind, type Kinds } from './kind.ts';

/** What the entries of a stream fold to; version 0 and no state when there are none. */
export interface Loaded<S> {
  state: S | undefined;
  version: number;
}

/** The streams of a ledger as what they fold to. Nothing is appended here. */
export class Streams {
  readonly kinds: Kinds;
  readonly claims: Claims;
  protected readonly store: LedgerStore;
  protected readonly documents: DocumentStore;
  protected readonly keys: KeyRing;

  constructor(store: LedgerStore, documents: DocumentStore, keys: KeyRing, kinds: Kinds) {
    this.store = store;
    this.documents = documents;
    this.keys = keys;
    this.kinds = kinds;
    this.claims = new Claims(store, keys);
  }

  /** The state of a stream: its view document, brought up to the ledger where it is behind. */
  async load<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string): Promise<Loaded<S>> {
    const stream = `${kind.name}/${id}`;
    const [document, versions] = await Promise.all([
      this.documents.get(kind.name, documentId(kind, chain, id)),
      this.store.streamVersions(chain, [stream]),
    ]);
    if (document && document.chain !== chain) return { state: undefined, version: 0 };
    const from: Loaded<S> = { state: document?.body as S | undefined, version: document?.version ?? 0 };
    const version = versions.get(stream) ?? 0;
    if (version <= from.version) return from;
    return await this.heal(kind, chain, id, from);
  }

  /** Folds what the view document does not have yet and saves it. */
  async heal<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string, from: Loaded<S>): Promise<Loaded<S>> {
    const rest = await this.store.stream(chain, `${kind.name}/${id}`, from.version + 1);
    const loaded = await this.foldOn(kind, chain, id, from, rest);
    if (loaded.state !== undefined) await this.saveView(kind, chain, id, loaded);
    return loaded;
  }

  /** The fold of all that a stream has, whatever view there is. */
  async foldWhole<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string): Promise<Loaded<S>> {
    const entries = await this.store.stream(chain, `${kind.name}/${id}`);
    return await this.foldOn(kind, chain, id, { state: undefined, version: 0 }, entries);
  }

  /** Folds stored entries onto a state; a disposed stream becomes its tombstone, made without any key. */
  async foldOn<S, E extends AnyEvent>(
    kind: Kind<S, E>,
    chain: string,
    id: string,
    from: Loaded<S>,
    entries: readonly StoredEntry[],
  ): Promise<Loaded<S>> {
    if (entries.some((stored) => disposes(kind, decodeEntry(stored.bytes)))) {
      return await this.tombstone(kind, chain, id);
    }
    let { state, version } = from;
    for (const stored of entries) {
      const { meta, events } = await openEntry(stored, kind, this.keys);
      for (const event of events) state = kind.fold(state, event as E, meta);
      version = stored.version;
    }
    return { state, version };
  }

  /** All entries of a stream, opened. Throws KeyDestroyed for a disposed one. */
  async history<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string): Promise<OpenedEntry[]> {
    const entries = await this.store.stream(chain, `${kind.name}/${id}`);
    return await Promise.all(entries.map((stored) => openEntry(stored, kind, this.keys)));
  }

  /** The id in the stream of the entry that holds a claim, or undefined. */
  holder(chain: string, claim: Claim): Promise<string | undefined> {
    return this.claims.holder(chain, claim);
  }

  protected async tombstone<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string): Promise<Loaded<S>> {
    const entries = await this.store.stream(chain, `${kind.name}/${id}`);
    if (!kind.tombstone) throw new Error(`${kind.name} has no tombstone`);
    const opened = entries.map(openWithoutKey);
    const events = opened.flatMap(({ events, meta }) => events.map((event) => ({ event, meta })));
    return { state: kind.tombstone(events), version: entries.at(-1)?.version ?? 0 };
  }

  /** Puts a view in its place; one that is further stays. */
  protected async saveView<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string, loaded: Loaded<S>) {
    await this.documents.save([viewOf(kind, chain, id, loaded)]);
  }
}

/** The document that is the view of a stream. */
export function viewOf<S, E extends AnyEvent>(
  kind: Kind<S, E>,
  chain: string,
  id: string,
  loaded: Loaded<S>,
): Document {
  const { state, version } = loaded;
  return { kind: kind.name, id: documentId(kind, chain, id), chain, version, body: state as JsonObject };
}
