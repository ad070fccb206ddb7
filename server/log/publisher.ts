import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Checkpoint,
  chainVerifier,
  type LogKey,
  openCheckpoint,
  signCheckpoint,
  withoutCosignatures,
} from '../../signing/checkpoint.ts';
import { formatTlogProof, verifyTlogProof } from '../../signing/tlog-proof.ts';
import {
  type HashReader,
  proveConsistency,
  proveInclusion,
  rootFrom,
  verifyConsistency,
} from '../../signing/tree-proof.ts';
import type { DocumentStore } from '../../storage/documents/document-store.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import type { EvidenceStore, ObjectStore } from '../../storage/objects/object-store.ts';
import type { Duty } from '../duty.ts';
import { HeadMismatch } from '../ledger/heads.ts';
import type { KeptKeys } from './kept-keys.ts';
import { LogStore } from './log-store.ts';
import { reserve, reservedSize } from './reservation.ts';
import { TileWriter } from './tile-writer.ts';

/** A checkpoint that lies in the stores. */
export interface Published extends Checkpoint {
  /** The signed note; cosignatures of witnesses may stand under it. */
  note: string;
}

interface Parts {
  ledgerStore: LedgerStore;
  documents: DocumentStore;
  evidence: EvidenceStore;
  work: ObjectStore;
  key: LogKey;
  keys: KeptKeys;
  point: (name: string) => void;
  duty: Duty;
  /** Other processes may publish the same logs. */
  shared: boolean;
}

/** Entries that go under one checkpoint at most: a long way behind is caught up in steps. A multiple of a tile's width. */
const STEP = 65_536;
const PAUSE_MS = 20;
const RETRY_MS = 250;

/**
 * Publishes each chain as a log of C2SP tlog-tiles: wrapped keys, bundles and tiles durable, the step from the checkpoint before proven on what the
 * stores hold, then the checkpoint signed, kept under its size, and shown.
 */
export class LogPublisher {
  readonly store: LogStore;
  readonly #parts: Parts;
  readonly #writer: TileWriter;
  readonly #published = new Map<string, Published | undefined>();
  readonly #cosigned = new Map<string, Published>();
  readonly #shown = new Map<string, Promise<number>>();
  readonly #sizes = new Map<string, number>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #failed = new Map<string, unknown>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.store = new LogStore(parts.evidence, parts.work);
    this.#writer = new TileWriter(parts.ledgerStore, this.store);
  }

  /** The stores' last checkpoint of a chain. Throws HeadMismatch when it cannot be trusted. */
  async last(chain: string): Promise<Published | undefined> {
    const notes = [await this.store.lastKept(chain), await this.store.latest(chain)];
    const read = notes.flatMap((note) => (note === undefined ? [] : [this.#open(chain, note)]));
    return read.sort((a, b) => b.size - a.size)[0];
  }

  /** Goes on from the stores' last checkpoints; the ledger was compared with them (heads.ts). */
  async open(lasts: ReadonlyMap<string, Published | undefined>): Promise<void> {
    await this.#parts.keys.open(new Map([...lasts].map(([chain, last]) => [chain, last?.size ?? 0])));
    for (const [chain, last] of lasts) {
      const { size } = await this.#parts.ledgerStore.head(chain);
      this.#sizes.set(chain, size);
      this.#published.set(chain, last);
      if (!last) continue;
      await this.store.keep(chain, last.size, last.note);
      // Another process may have published more since `last` was read.
      if (await this.#parts.duty.mine()) await this.#show(chain, last);
      await this.#writer.replace(chain, last.size);
    }
  }

  appended(entries: readonly StoredEntry[]): void {
    for (const { chain, seq } of entries) this.#sizes.set(chain, seq + 1);
  }

  /** Entries that no published checkpoint covers yet, and whether publishing fails. */
  distance(): { entries: number; failed: boolean } {
    let entries = 0;
    for (const [chain, size] of this.#sizes) entries += size - (this.#published.get(chain)?.size ?? 0);
    return { entries, failed: this.#failed.size > 0 };
  }

  /** The verifier key of a chain's log (C2SP signed-note vkey). */
  verifierKey(chain: string): string {
    return chainVerifier(this.#parts.key.verifier, chain);
  }

  /** Every chain that is published, or will be. */
  chains(): string[] {
    return [...this.#sizes.keys()];
  }

  published(chain: string): Published | undefined {
    return this.#published.get(chain);
  }

  /** Publishes every chain that has grown. A chain that cannot be published does not hold up the others; the first error is thrown. */
  async publishAll(): Promise<void> {
    const errors: unknown[] = [];
    for (const chain of await this.#growing()) await this.publish(chain).catch((error) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  }

  /** Publishes what the chain has now, or joins the publishing that runs. */
  publish(chain: string): Promise<void> {
    const running = this.#running.get(chain);
    if (running) return running;
    const run = this.#publish(chain)
      .then(
        () => void this.#failed.delete(chain),
        (error) => {
          this.#failed.set(chain, error);
          throw error;
        },
      )
      .finally(() => this.#running.delete(chain));
    this.#running.set(chain, run);
    return run;
  }

  /** Puts cosignature lines of witnesses under a published checkpoint. It is shown so unless a later one is published meanwhile. */
  async cosign(chain: string, { note: bare, ...checkpoint }: Published, lines: readonly string[]): Promise<void> {
    const published = { ...checkpoint, note: withoutCosignatures(bare, this.verifierKey(chain)) + lines.join('') };
    if (published.size >= (this.#cosigned.get(chain)?.size ?? 0)) this.#cosigned.set(chain, published);
    if (this.#published.get(chain)?.size === published.size) this.#published.set(chain, published);
    await this.#show(chain, published);
  }

  /**
   * The published checkpoint that covers an entry, waited for at most so many ms; undefined when there is none by then. One that witnesses
   * cosigned is preferred to a later one that they have not seen yet.
   */
  async covering(chain: string, seq: number, patienceMs: number): Promise<Published | undefined> {
    const end = performance.now() + patienceMs;
    for (;;) {
      const published = [this.#cosigned.get(chain), this.#published.get(chain)].find((one) => one && one.size > seq);
      if (published) return published;
      const left = end - performance.now();
      if (left <= 0) return undefined;
      const timer = new AbortController();
      const timeout = sleep(left, undefined, { signal: timer.signal, ref: false }).catch(() => {});
      const tried = this.publish(chain).then(
        () => PAUSE_MS,
        () => RETRY_MS,
      );
      const pause = (await Promise.race([tried, timeout])) ?? 0;
      timer.abort();
      await sleep(pause);
    }
  }

  /** Makes tlog-proofs of entries, given by their bytes, to one published checkpoint; none leaves that does not hold. Throws ProofError. */
  prover(chain: string, { size, note }: Published): (seq: number, entry: Uint8Array) => Promise<string> {
    const read: HashReader = this.store.reader(chain, size);
    const verifier = this.verifierKey(chain);
    return async (seq, entry) => {
      const proof = formatTlogProof({ index: seq, path: await proveInclusion(read, seq, size), checkpoint: note });
      verifyTlogProof(proof, entry, verifier);
      return proof;
    };
  }

  async #growing(): Promise<Set<string>> {
    const { shared, ledgerStore } = this.#parts;
    return new Set([...this.#sizes.keys(), ...(shared ? await ledgerStore.chains() : [])]);
  }

  async #publish(chain: string): Promise<void> {
    const { ledgerStore, shared, duty } = this.#parts;
    if (shared) await this.#adopt(chain);
    if (!(await duty.mine())) return;
    const { size } = await ledgerStore.head(chain);
    this.#sizes.set(chain, Math.max(size, this.#sizes.get(chain) ?? 0));
    for (;;) {
      const last = this.#published.get(chain);
      const from = last?.size ?? 0;
      if (from >= size) return;
      const to = await this.#next(chain, from, size);
      this.#published.set(chain, await this.#extend(chain, last, to));
    }
  }

  /** Goes on from what another process has published, once it is proven to be the same log. */
  async #adopt(chain: string): Promise<void> {
    const note = await this.store.latest(chain);
    const latest = note === undefined ? undefined : this.#open(chain, note);
    const last = this.#published.get(chain);
    if (!latest || latest.size <= (last?.size ?? 0)) return;
    const read = this.store.reader(chain, latest.size);
    if (last) verifyConsistency(last, latest, await proveConsistency(read, last.size, latest.size));
    this.#published.set(chain, latest);
    this.#sizes.set(chain, Math.max(latest.size, this.#sizes.get(chain) ?? 0));
  }

  /** The size of the next checkpoint. One that another process has reserved and not published is published first: its root must be ours. */
  async #next(chain: string, from: number, size: number): Promise<number> {
    const { shared, documents } = this.#parts;
    const reserved = shared ? await reservedSize(documents, chain) : undefined;
    if (reserved !== undefined && reserved > from && reserved <= size) return reserved;
    return Math.min(size, (Math.floor(from / STEP) + 1) * STEP);
  }

  async #extend(chain: string, last: Published | undefined, size: number): Promise<Published> {
    const { documents, key, keys, point } = this.#parts;
    await keys.keep(chain, last?.size ?? 0, size);
    point('log.keys-kept');
    const tiles = await this.#writer.grow(chain, last?.size ?? 0, size);
    point('log.tiles-written');
    const read = this.store.reader(chain, size);
    const root = await rootFrom(read, size);
    if (last) verifyConsistency(last, { size, root }, await proveConsistency(read, last.size, size));
    await reserve(documents, chain, size, root);
    point('log.reserved');
    const note = signCheckpoint(key, chain, size, root);
    await this.store.keep(chain, size, note);
    point('log.checkpoint-kept');
    const published = this.#open(chain, note);
    await this.#show(chain, published);
    await this.#writer.dropPartials(chain, tiles);
    return published;
  }

  /** One after the other, and never a smaller checkpoint after a larger one: cosignatures may come late. */
  #show(chain: string, { size, note }: Published): Promise<number> {
    const shown = (this.#shown.get(chain) ?? Promise.resolve(0)).then(async (before) => {
      if (size >= before) await this.store.show(chain, note);
      return Math.max(size, before);
    });
    this.#shown.set(
      chain,
      shown.catch(() => size),
    );
    return shown;
  }

  /** As it was signed: what else stands under it in a store that can be written is nobody's word. */
  #open(chain: string, text: string): Published {
    try {
      const note = withoutCosignatures(text, this.verifierKey(chain));
      return { ...openCheckpoint(note, this.#parts.key.verifier, chain), note };
    } catch (error) {
      throw new HeadMismatch(chain, `the published checkpoint cannot be trusted: ${(error as Error).message}`);
    }
  }
}
