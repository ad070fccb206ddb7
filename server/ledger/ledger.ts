import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, decodeEntry, entryKey, keyCommitment } from '../../signing/chain.ts';
import type { Document, DocumentStore, JsonObject } from '../../storage/documents/document-store.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { checkEvents, disposes, openEntry, openWithoutKey, sealEvents } from './cipher.ts';
import type { KeyRing } from './keys.ts';
import {
  type AnyEvent,
  type AnyKind,
  type Claim,
  documentId,
  type EntryMeta,
  type EventsOf,
  type Kind,
  type Kinds,
  type StateOf,
} from './kind.ts';
import { ClaimTaken, type Draft, type Sequencer, VersionConflict } from './sequencer.ts';

/** A request that may be repeated: `id` names it (person and Idempotency-Key), `digest` tells its content. Both blinded. */
export interface RequestMark {
  id: string;
  digest: string;
}

export interface ExecuteOptions {
  request?: RequestMark;
  /** Refuses when the stream has another version than the caller saw (If-Match). */
  ifVersion?: number;
}

export interface Done<S> {
  id: string;
  state: S;
  version: number;
  seq: number;
  time: string;
  /** True when an earlier, equal request had already done it. */
  repeated: boolean;
}

/** The same request id came with other content. */
export class RequestReused extends Error {}
/** The caller's If-Match is of another version. */
export class VersionNotMatched extends Error {}

/** Reads another stream for a decision: the entry is appended only if that stream has not moved since. */
export type Reader = <S, E extends AnyEvent>(kind: Kind<S, E>, id: string) => Promise<S | undefined>;

export type Decide<S, E extends AnyEvent> = (
  state: S | undefined,
  read: Reader,
) => readonly E[] | Promise<readonly E[]>;

export interface Loaded<S> {
  state: S | undefined;
  version: number;
}

const ATTEMPTS = 12;

/** Load, decide, append, fold, save: the only way in which anything comes to be. */
export class Ledger {
  readonly #store: LedgerStore;
  readonly #documents: DocumentStore;
  readonly #sequencer: Sequencer;
  readonly #keys: KeyRing;
  readonly kinds: Kinds;
  /** Called when a key is destroyed, so that the engine takes what was deleted off the disk too. */
  onDisposed: () => Promise<void> = () => Promise.resolve();

  constructor(store: LedgerStore, documents: DocumentStore, sequencer: Sequencer, keys: KeyRing, kinds: Kinds) {
    this.#store = store;
    this.#documents = documents;
    this.#sequencer = sequencer;
    this.#keys = keys;
    this.kinds = kinds;
  }

  /** The state of a stream: its view document, brought up to the ledger where it is behind. */
  async load<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string): Promise<Loaded<S>> {
    const stream = `${kind.name}/${id}`;
    const document = await this.#documents.get(kind.name, documentId(kind, chain, id));
    if (document && document.chain !== chain) return { state: undefined, version: 0 };
    const from: Loaded<S> = { state: document?.body as S | undefined, version: document?.version ?? 0 };
    const versions = await this.#store.streamVersions(chain, [stream]);
    const version = versions.get(stream) ?? 0;
    if (version <= from.version) return from;
    return await this.heal(kind, chain, id, from);
  }

  /** Folds what the view document does not have yet and saves it. */
  async heal<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string, from: Loaded<S>): Promise<Loaded<S>> {
    const rest = await this.#store.stream(chain, `${kind.name}/${id}`, from.version + 1);
    const loaded = await this.foldOn(kind, chain, id, from, rest);
    if (loaded.state !== undefined) await this.#documents.save([viewOf(kind, chain, id, loaded)]);
    return loaded;
  }

  /** Folds stored entries onto a state; a disposed stream becomes its tombstone, made without any key. */
  async foldOn<S, E extends AnyEvent>(
    kind: Kind<S, E>,
    chain: string,
    id: string,
    from: Loaded<S>,
    entries: readonly StoredEntry[],
  ): Promise<Loaded<S>> {
    const erased = kind as unknown as Kind<unknown>;
    if (entries.some((stored) => disposes(erased, decodeEntry(stored.bytes)))) {
      return await this.#tombstone(kind, chain, id);
    }
    let { state, version } = from;
    for (const stored of entries) {
      const { meta, events } = await openEntry(stored, erased, this.#keys);
      for (const event of events) state = kind.fold(state, event as E, meta);
      version = stored.version;
    }
    return { state, version };
  }

  /**
   * Runs a decision on the present state and appends what it returns as one entry; decides anew when the stream or an
   * expected stream moved meanwhile. An empty decision appends nothing. A repeated request answers as it did then.
   * Throws RequestReused, VersionNotMatched, ClaimTaken, and what `decide` throws.
   */
  async execute<K extends AnyKind>(
    kind: K,
    chain: string,
    id: string,
    actor: Actor,
    decide: Decide<StateOf<K>, EventsOf<K>>,
    options: ExecuteOptions = {},
  ): Promise<Done<StateOf<K>>> {
    for (let attempt = 1; ; attempt++) {
      if (options.request) {
        const repeated = await this.repeated(kind, chain, options.request);
        if (repeated) return repeated;
      }
      const loaded = await this.load(kind, chain, id);
      const stale = options.ifVersion !== undefined && options.ifVersion !== loaded.version;
      if (stale && loaded.state !== undefined) throw new VersionNotMatched();
      const expects: Draft['expects'][number][] = [];
      const read: Reader = async (other, otherId) => {
        const { state, version } = await this.load(other, chain, otherId);
        expects.push({ stream: `${other.name}/${otherId}`, version });
        return state;
      };
      const events = checkEvents(kind.events, await decide(loaded.state, read));
      // Of what is not there a decision says so itself.
      if (stale) throw new VersionNotMatched();
      if (events.length === 0) {
        return { id, state: loaded.state as StateOf<K>, version: loaded.version, seq: -1, time: '', repeated: false };
      }
      try {
        return await this.#append(kind, chain, id, actor, loaded, events, { expects, request: options.request });
      } catch (error) {
        const own = error instanceof ClaimTaken && error.claim === requestClaim(options.request);
        if (!own && !(error instanceof VersionConflict && attempt < ATTEMPTS)) throw error;
        await sleep(Math.random() * 5 * attempt);
      }
    }
  }

  /** What an equal request did before: its state as of then. Throws RequestReused when its content was another. */
  async repeated<S, E extends AnyEvent>(
    kind: Kind<S, E>,
    chain: string,
    request: RequestMark,
  ): Promise<Done<S> | undefined> {
    const seq = await this.#store.claim(chain, requestClaim(request) as string);
    if (seq === undefined) return undefined;
    const [stored] = await this.#store.range(chain, seq, 1);
    const entry = decodeEntry(stored!.bytes);
    if (entry.request?.digest !== request.digest || !entry.stream.startsWith(`${kind.name}/`)) {
      throw new RequestReused();
    }
    const id = entry.stream.slice(kind.name.length + 1);
    const entries = await this.#store.stream(chain, entry.stream, 1, entry.version);
    const { state } = await this.foldOn(kind, chain, id, { state: undefined, version: 0 }, entries);
    return { id, state: state as S, version: entry.version, seq, time: entry.time, repeated: true };
  }

  /** Stream kind and id of the entry that holds a claim, or undefined. */
  async holder(chain: string, claim: Claim): Promise<string | undefined> {
    const seq = await this.#store.claim(chain, await this.#blindClaim(chain, claim));
    if (seq === undefined) return undefined;
    const [stored] = await this.#store.range(chain, seq, 1);
    return stored?.stream.slice(stored.stream.indexOf('/') + 1);
  }

  /** All entries of a stream, opened. Throws KeyDestroyed for a disposed one. */
  async history<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string) {
    const entries = await this.#store.stream(chain, `${kind.name}/${id}`);
    return await Promise.all(entries.map((stored) => openEntry(stored, kind as unknown as Kind<unknown>, this.#keys)));
  }

  /** The blinded claims that an event takes and gives back. */
  async claimsOf(kind: Kind<unknown>, chain: string, events: readonly AnyEvent[], before: unknown, meta: EntryMeta) {
    const take: string[] = [];
    const release: string[] = [];
    let state = before;
    for (const event of events) {
      const change = kind.claims?.(event, state);
      for (const claim of change?.take ?? []) take.push(await this.#blindClaim(chain, claim));
      for (const claim of change?.release ?? []) release.push(await this.#blindClaim(chain, claim));
      state = kind.fold(state, event, meta);
    }
    return { take, release, state };
  }

  async #append<S, E extends AnyEvent>(
    kind: Kind<S, E>,
    chain: string,
    id: string,
    actor: Actor,
    loaded: Loaded<S>,
    events: readonly E[],
    options: { expects: Draft['expects']; request: RequestMark | undefined },
  ): Promise<Done<S>> {
    const erased = kind as unknown as Kind<unknown>;
    const stream = `${kind.name}/${id}`;
    const version = loaded.version + 1;
    const key = entryKey(await this.#keys.streamKey(chain, stream, loaded.version === 0), version);
    // Claims are found by folding before there is an entry: a fold may read the time, so it is a valid one.
    const meta = { chain, id, version, actor, seq: 0, time: new Date(0).toISOString() };
    const disposing = events.some((event) => kind.events[event.type]?.disposes);
    const claims = disposing
      ? { take: [], release: [] }
      : await this.claimsOf(erased, chain, events, loaded.state, meta);
    const own = requestClaim(options.request);
    const draft: Draft = {
      chain,
      stream,
      version,
      actor,
      key: keyCommitment(key),
      events: sealEvents(erased, events, { chain, stream, version }, key),
      ...(options.request && { request: options.request }),
      claims: own ? [...claims.take, own] : claims.take,
      releases: claims.release,
      expects: options.expects,
    };
    const { seq, time } = await this.#sequencer.append(draft);
    if (disposing) await this.#dispose(erased, chain, id);
    const folded = disposing
      ? await this.#tombstone(kind, chain, id)
      : { state: foldAll(kind, loaded.state, events, { ...meta, seq, time }), version };
    await this.#documents.save([viewOf(kind, chain, id, folded)]);
    return { id, state: folded.state as S, version, seq, time, repeated: false };
  }

  /** Drops the stream's claims, then its key: after this nothing personal of it can be read. Safe to repeat. */
  async #dispose(kind: Kind<unknown>, chain: string, id: string): Promise<void> {
    const stream = `${kind.name}/${id}`;
    const entries = await this.#store.stream(chain, stream);
    const taken: string[] = [];
    let state: unknown;
    for (const stored of entries) {
      if (disposes(kind, decodeEntry(stored.bytes))) break;
      const { events, meta } = await openEntry(stored, kind, this.#keys);
      const claims = await this.claimsOf(kind, chain, events, state, meta);
      taken.push(...claims.take);
      state = claims.state;
    }
    await this.#store.dropClaims(chain, taken);
    await this.#keys.destroyStreamKey(chain, stream);
    await this.#documents.delete(kind.name, [documentId(kind, chain, id)]);
    await this.onDisposed();
  }

  /** What each entry of a stream takes and gives back; of a disposed one only its request marks, which tell nothing. */
  async claimChanges(kind: Kind<unknown>, chain: string, id: string) {
    const entries = await this.#store.stream(chain, `${kind.name}/${id}`);
    const decoded = entries.map((stored) => decodeEntry(stored.bytes));
    const gone = decoded.some((entry) => disposes(kind, entry));
    const changes: { seq: number; take: string[]; release: string[] }[] = [];
    let state: unknown;
    for (const [i, stored] of entries.entries()) {
      const { seq, request } = decoded[i]!;
      const own = request ? [`request/${request.id}`] : [];
      if (gone) {
        changes.push({ seq, take: own, release: [] });
        continue;
      }
      const { events, meta } = await openEntry(stored, kind, this.#keys);
      const claims = await this.claimsOf(kind, chain, events, state, meta);
      state = claims.state;
      changes.push({ seq, take: [...claims.take, ...own], release: claims.release });
    }
    return changes;
  }

  /** Ends what a crash may have left between a disposal's entry and the destruction of its key. */
  async finishDisposal(kind: Kind<unknown>, chain: string, id: string): Promise<void> {
    const key = await this.#keys.streamKey(chain, `${kind.name}/${id}`).catch(() => undefined);
    if (key) await this.#dispose(kind, chain, id);
  }

  async #tombstone<S, E extends AnyEvent>(kind: Kind<S, E>, chain: string, id: string): Promise<Loaded<S>> {
    const entries = await this.#store.stream(chain, `${kind.name}/${id}`);
    if (!kind.tombstone) throw new Error(`${kind.name} has no tombstone`);
    const opened = entries.map(openWithoutKey);
    const events = opened.flatMap(({ events, meta }) => events.map((event) => ({ event, meta })));
    return { state: kind.tombstone(events), version: entries.at(-1)?.version ?? 0 };
  }

  async #blindClaim(chain: string, claim: Claim): Promise<string> {
    return `${claim.name}/${await this.#keys.blind(chain, `${claim.name}|${claim.value}`)}`;
  }
}

export const requestClaim = (request: RequestMark | undefined) => request && `request/${request.id}`;

/** The view document of a folded stream. */
export function viewOf<S>(
  kind: { name: string; perChain?: true },
  chain: string,
  id: string,
  loaded: Loaded<S>,
): Document {
  return {
    kind: kind.name,
    id: documentId(kind, chain, id),
    chain,
    version: loaded.version,
    body: loaded.state as JsonObject,
  };
}

function foldAll<S, E extends AnyEvent>(kind: Kind<S, E>, state: S | undefined, events: readonly E[], meta: EntryMeta) {
  return events.reduce<S | undefined>((folded, event) => kind.fold(folded, event, meta), state);
}
