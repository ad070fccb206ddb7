import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, type Entry, encodeEntry, GENESIS_PREV, leafHash } from '../../signing/chain.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';

/** What is to be appended; seq, prev and time are the sequencer's to give. */
export interface Draft {
  chain: string;
  stream: string;
  /** The version that this entry makes: one more than the decision read. */
  version: number;
  actor: Actor;
  key: string;
  events: Entry['events'];
  request?: Entry['request'];
  /** Blinded claims, and those that are given back. */
  claims: readonly string[];
  releases: readonly string[];
  /** Versions of other streams that the decision read. */
  expects: readonly { stream: string; version: number }[];
}

export interface Appended {
  seq: number;
  time: string;
  hash: Uint8Array;
}

/** A stream moved on since it was read: decide again. */
export class VersionConflict extends Error {
  constructor(stream: string) {
    super(`${stream} has another version`);
    this.name = 'VersionConflict';
  }
}

/** A name that must be unique is taken by the entry at `seq`. */
export class ClaimTaken extends Error {
  readonly claim: string;
  readonly seq: number;

  constructor(claim: string, seq: number) {
    super(`claim taken: ${claim}`);
    this.name = 'ClaimTaken';
    this.claim = claim;
    this.seq = seq;
  }
}

interface Waiting {
  draft: Draft;
  resolve: (appended: Appended) => void;
  reject: (error: unknown) => void;
}

interface Head {
  size: number;
  hash: Uint8Array | undefined;
  time: string;
}

const BATCH = 200;
const CONTENDED_MS = 1000;
const GIVE_WAY_MS = 20;

/**
 * Gives entries their order: one queue a chain, one batch in flight a chain. A batch that the store cuts short leaves a valid
 * prefix; the rest is numbered and tried again. `append` resolves only when the entry is durable.
 */
export class Sequencer {
  readonly #store: LedgerStore;
  readonly #now: () => Date;
  readonly #queues = new Map<string, Waiting[]>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #heads = new Map<string, Head>();
  readonly #lostAt = new Map<string, number>();
  #closed = false;

  /** Called after each durable batch, in order, with its entries. */
  onAppended: (entries: readonly StoredEntry[]) => void = () => {};

  /** Called before the first entry of a chain. */
  onFirst: (chain: string) => Promise<void> = () => Promise.resolve();

  constructor(store: LedgerStore, now: () => Date) {
    this.#store = store;
    this.#now = now;
  }

  append(draft: Draft): Promise<Appended> {
    if (this.#closed) return Promise.reject(new Error('the ledger is closed'));
    const { promise, resolve, reject } = Promise.withResolvers<Appended>();
    const queue = this.#queues.get(draft.chain) ?? [];
    queue.push({ draft, resolve, reject });
    this.#queues.set(draft.chain, queue);
    if (!this.#running.has(draft.chain)) {
      const run = this.#run(draft.chain, queue).finally(() => this.#running.delete(draft.chain));
      this.#running.set(draft.chain, run);
    }
    return promise;
  }

  /** Finishes what is queued, then refuses more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#running.values());
  }

  async #run(chain: string, queue: Waiting[]): Promise<void> {
    // One turn of the event loop lets requests that arrive together share a commit.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      const batch = queue.splice(0, BATCH);
      await this.#giveWay(chain);
      try {
        const rest = await this.#write(chain, batch);
        queue.unshift(...rest);
      } catch (error) {
        this.#heads.delete(chain);
        for (const waiting of batch) waiting.reject(error);
      }
    }
  }

  /**
   * Who lost its place to another process lately lets some milliseconds go before each batch. Winners become losers in turn, so all of them
   * wait equally, and none starves.
   */
  async #giveWay(chain: string): Promise<void> {
    const lostAt = this.#lostAt.get(chain) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - lostAt < CONTENDED_MS) await sleep(Math.random() * GIVE_WAY_MS);
  }

  /** Writes what fits; settles what is decided; returns what is to be tried again. */
  async #write(chain: string, batch: Waiting[]): Promise<Waiting[]> {
    const head = await this.#head(chain);
    if (head.size === 0) await this.onFirst(chain);
    const fitting: Waiting[] = [];
    const entries: StoredEntry[] = [];
    const time = later(this.#now().toISOString(), head.time);
    let { size: seq, hash } = head;
    for (const waiting of await this.#fitting(chain, batch)) {
      const { stream, version, actor, key, events, request, claims, releases } = waiting.draft;
      const prev = hash ? Buffer.from(hash).toString('hex') : GENESIS_PREV;
      const entry: Entry = { v: 1, chain, seq, prev, time, actor, stream, version, key, events };
      if (request) entry.request = request;
      try {
        const bytes = encodeEntry(entry);
        hash = leafHash(bytes);
        entries.push({ chain, seq, stream, version, hash, bytes, claims, releases });
      } catch (error) {
        // Too long, or not canonical: its own fault alone, not that of those it shares the batch with.
        waiting.reject(error);
        continue;
      }
      fitting.push(waiting);
      seq += 1;
    }
    if (entries.length === 0) return [];
    const { inserted, conflict } = await this.#store.append(entries);
    const written = entries.slice(0, inserted);
    if (inserted > 0) {
      this.#heads.set(chain, { size: head.size + inserted, hash: written.at(-1)?.hash, time });
      this.onAppended(written);
    }
    for (const [i, { seq: at, hash: own }] of written.entries()) fitting[i]?.resolve({ seq: at, time, hash: own });
    const rest = fitting.slice(inserted);
    if (!conflict) return rest;
    if (conflict.kind === 'seq') {
      this.#heads.delete(chain);
      this.#lostAt.set(chain, performance.now());
      return rest;
    }
    const [cut, ...others] = rest;
    const error =
      conflict.kind === 'claim'
        ? new ClaimTaken(conflict.claim, conflict.seq)
        : new VersionConflict(cut?.draft.stream ?? chain);
    cut?.reject(error);
    return others;
  }

  /** Rejects drafts whose own stream, or an expected one, has moved; earlier drafts of the batch count as written. */
  async #fitting(chain: string, batch: Waiting[]): Promise<Waiting[]> {
    const names = batch.flatMap(({ draft }) => [draft.stream, ...draft.expects.map((e) => e.stream)]);
    const versions = await this.#store.streamVersions(chain, [...new Set(names)]);
    return batch.filter(({ draft, reject }) => {
      const stale = draft.expects.find((e) => (versions.get(e.stream) ?? 0) !== e.version);
      if (stale) reject(new VersionConflict(stale.stream));
      else if ((versions.get(draft.stream) ?? 0) !== draft.version - 1) reject(new VersionConflict(draft.stream));
      else {
        versions.set(draft.stream, draft.version);
        return true;
      }
      return false;
    });
  }

  async #head(chain: string): Promise<Head> {
    const known = this.#heads.get(chain);
    if (known) return known;
    const { size, hash } = await this.#store.head(chain);
    const [last] = size > 0 ? await this.#store.range(chain, size - 1, 1) : [];
    const time = last ? (JSON.parse(Buffer.from(last.bytes).toString()) as Entry).time : '';
    const head = { size, hash, time };
    this.#heads.set(chain, head);
    return head;
  }
}

/** Time never goes back in a chain: the larger of the two RFC 3339 stamps (same form, so text order is time order). */
const later = (a: string, b: string) => (a > b ? a : b);
