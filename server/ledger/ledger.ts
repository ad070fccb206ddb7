import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, decodeEntry, entryKey, keyCommitment } from '../../signing/chain.ts';
import type { DocumentStore } from '../../storage/documents/document-store.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import { checkEvents, disposes, openEntry, sealEvents } from './cipher.ts';
import { type RequestMark, requestClaim } from './claims.ts';
import type { KeyRing } from './keys.ts';
import {
  type AnyEvent,
  type AnyKind,
  documentId,
  type EntryMeta,
  type EventsOf,
  type Kind,
  type Kinds,
  type StateOf,
} from './kind.ts';
import { ClaimTaken, type Draft, type Sequencer, VersionConflict } from './sequencer.ts';
import { type Loaded, Streams } from './streams.ts';

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

const ATTEMPTS = 12;

/** Load, decide, append, fold, save: the only way in which anything comes to be. */
export class Ledger extends Streams {
  readonly #sequencer: Sequencer;
  /** Called when a key is destroyed, so that the engine takes what was deleted off the disk too. */
  onDisposed: () => Promise<void> = () => Promise.resolve();

  constructor(store: LedgerStore, documents: DocumentStore, sequencer: Sequencer, keys: KeyRing, kinds: Kinds) {
    super(store, documents, keys, kinds);
    this.#sequencer = sequencer;
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
        const own = error instanceof ClaimTaken && options.request && error.claim === requestClaim(options.request);
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
    const seq = await this.store.claim(chain, requestClaim(request));
    if (seq === undefined) return undefined;
    const [stored] = await this.store.range(chain, seq, 1);
    const entry = decodeEntry(stored!.bytes);
    if (entry.request?.digest !== request.digest || !entry.stream.startsWith(`${kind.name}/`)) {
      throw new RequestReused();
    }
    const id = entry.stream.slice(kind.name.length + 1);
    const entries = await this.store.stream(chain, entry.stream, 1, entry.version);
    const { state } = await this.foldOn(kind, chain, id, { state: undefined, version: 0 }, entries);
    return { id, state: state as S, version: entry.version, seq, time: entry.time, repeated: true };
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
    const stream = `${kind.name}/${id}`;
    const version = loaded.version + 1;
    const key = entryKey(await this.keys.streamKey(chain, stream, loaded.version === 0), version);
    // Claims are found by folding before there is an entry: a fold may read the time, so it is a valid one.
    const meta = { chain, id, version, actor, seq: 0, time: new Date(0).toISOString() };
    const disposing = events.some((event) => kind.events[event.type]?.disposes);
    const claims = disposing
      ? { take: [], release: [] }
      : await this.claims.changes(kind, chain, events, loaded.state, meta);
    const { request } = options;
    const draft: Draft = {
      chain,
      stream,
      version,
      actor,
      key: keyCommitment(key),
      events: sealEvents(kind, events, { chain, stream, version }, key),
      ...(request && { request }),
      claims: request ? [...claims.take, requestClaim(request)] : claims.take,
      releases: claims.release,
      expects: options.expects,
    };
    const { seq, time } = await this.#sequencer.append(draft);
    if (disposing) await this.#dispose(kind, chain, id);
    const folded = disposing
      ? await this.tombstone(kind, chain, id)
      : { state: foldAll(kind, loaded.state, events, { ...meta, seq, time }), version };
    await this.saveView(kind, chain, id, folded);
    return { id, state: folded.state as S, version, seq, time, repeated: false };
  }

  /** Drops the stream's claims, then its key: after this nothing personal of it can be read. Safe to repeat. */
  async #dispose(kind: AnyKind, chain: string, id: string): Promise<void> {
    const stream = `${kind.name}/${id}`;
    const entries = await this.store.stream(chain, stream);
    const taken: string[] = [];
    let state: unknown;
    for (const stored of entries) {
      if (disposes(kind, decodeEntry(stored.bytes))) break;
      const { events, meta } = await openEntry(stored, kind, this.keys);
      const claims = await this.claims.changes(kind, chain, events, state, meta);
      taken.push(...claims.take);
      state = claims.state;
    }
    await this.store.dropClaims(chain, taken);
    await this.keys.destroyStreamKey(chain, stream);
    await this.documents.delete(kind.name, [documentId(kind, chain, id)]);
    await this.onDisposed();
  }

  /** Ends what a crash may have left between a disposal's entry and the destruction of its key. */
  async finishDisposal(kind: AnyKind, chain: string, id: string): Promise<void> {
    const key = await this.keys.streamKey(chain, `${kind.name}/${id}`).catch(() => undefined);
    if (key) await this.#dispose(kind, chain, id);
  }
}

function foldAll<S, E extends AnyEvent>(kind: Kind<S, E>, state: S | undefined, events: readonly E[], meta: EntryMeta) {
  return events.reduce<S | undefined>((folded, event) => kind.fold(folded, event, meta), state);
}
