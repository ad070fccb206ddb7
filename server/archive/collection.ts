import { entryKey } from '../../signing/chain.ts';
import type { Deps } from '../deps.ts';
import { KeyDestroyed } from '../ledger/keys.ts';
import type { AnyEvent, Kind } from '../ledger/kind.ts';

/** A ledger entry as a package carries it: its exact bytes and the key that opens it, absent where that was destroyed. */
export interface CollectedEntry {
  seq: number;
  bytes: Uint8Array;
  key: Uint8Array | undefined;
}

export interface Folded<S> {
  state: S;
  version: number;
}

/** Collects whole streams of one chain; what a package tells of them is the fold of exactly the entries that it carries. */
export class Collection {
  readonly #deps: Deps;
  readonly #chain: string;
  readonly #entries = new Map<number, CollectedEntry>();

  constructor(deps: Deps, chain: string) {
    this.#deps = deps;
    this.#chain = chain;
  }

  /** Takes a stream in and returns its state; undefined when there is no such stream or `wanted` says no to its state. */
  async take<S, E extends AnyEvent>(
    kind: Kind<S, E>,
    id: string,
    wanted: (state: S) => boolean = () => true,
  ): Promise<Folded<S> | undefined> {
    const { ledger, ledgerStore } = this.#deps;
    const stream = `${kind.name}/${id}`;
    const stored = await ledgerStore.stream(this.#chain, stream);
    if (stored.length === 0) return undefined;
    const { state, version } = await ledger.foldOn(kind, this.#chain, id, { state: undefined, version: 0 }, stored);
    if (state === undefined || !wanted(state)) return undefined;
    const key = await this.#streamKey(stream);
    for (const { seq, bytes, version } of stored) {
      this.#entries.set(seq, { seq, bytes, key: key && entryKey(key, version) });
    }
    return { state, version };
  }

  /** Every entry taken in, in order of seq. */
  get entries(): CollectedEntry[] {
    return [...this.#entries.values()].sort((a, b) => a.seq - b.seq);
  }

  async #streamKey(stream: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#deps.keys.streamKey(this.#chain, stream);
    } catch (error) {
      if (error instanceof KeyDestroyed) return undefined;
      throw error;
    }
  }
}
