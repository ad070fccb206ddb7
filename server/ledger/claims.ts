import { decodeEntry } from '../../signing/chain.ts';
import type { ClaimHolder, LedgerStore } from '../../storage/ledger/ledger-store.ts';
import { disposes, openEntry } from './cipher.ts';
import { pages } from './entry-pages.ts';
import { type Failed, rethrow } from './failed.ts';
import type { KeyRing } from './keys.ts';
import type { AnyEvent, AnyKind, Claim, EntryMeta, Kinds } from './kind.ts';

/** Blinded claims that an entry takes and gives back. */
export interface ClaimChange {
  take: string[];
  release: string[];
}

/** A request that may be repeated: `id` names it (person and Idempotency-Key), `digest` tells its content. Both blinded. */
export interface RequestMark {
  id: string;
  digest: string;
}

/** The claim under which a request is found again: its mark is blinded already. */
export const requestClaim = (request: RequestMark) => `request/${request.id}`;

/** Names that are unique in a chain, as they stand beside its entries: HMAC under the chain's blind-index key. */
export class Claims {
  readonly #store: LedgerStore;
  readonly #keys: KeyRing;

  constructor(store: LedgerStore, keys: KeyRing) {
    this.#store = store;
    this.#keys = keys;
  }

  /** The id in the stream of the entry that holds a claim, or undefined. */
  async holder(chain: string, claim: Claim): Promise<string | undefined> {
    const seq = await this.#store.claim(chain, await this.#blind(chain, claim));
    if (seq === undefined) return undefined;
    const [stored] = await this.#store.range(chain, seq, 1);
    return stored?.stream.slice(stored.stream.indexOf('/') + 1);
  }

  /** What events take and give back, decided on the state `before`; and the state after them. */
  async changes(
    kind: AnyKind,
    chain: string,
    events: readonly AnyEvent[],
    before: unknown,
    meta: EntryMeta,
  ): Promise<ClaimChange & { state: unknown }> {
    const take: string[] = [];
    const release: string[] = [];
    let state = before;
    for (const event of events) {
      const change = kind.claims?.(event, state);
      for (const claim of change?.take ?? []) take.push(await this.#blind(chain, claim));
      for (const claim of change?.release ?? []) release.push(await this.#blind(chain, claim));
      state = kind.fold(state, event, meta);
    }
    return { take, release, state };
  }

  /** The same for each entry of a stream; of a disposed one only its request marks, which tell nothing. */
  async ofStream(kind: AnyKind, chain: string, id: string): Promise<(ClaimChange & { seq: number })[]> {
    const entries = await this.#store.stream(chain, `${kind.name}/${id}`);
    const decoded = entries.map((stored) => decodeEntry(stored.bytes));
    const gone = decoded.some((entry) => disposes(kind, entry));
    const changes: (ClaimChange & { seq: number })[] = [];
    let state: unknown;
    for (const [i, stored] of entries.entries()) {
      const { seq, request } = decoded[i]!;
      const own = request ? [requestClaim(request)] : [];
      if (gone) {
        changes.push({ seq, take: own, release: [] });
        continue;
      }
      const { events, meta } = await openEntry(stored, kind, this.#keys);
      const change = await this.changes(kind, chain, events, state, meta);
      state = change.state;
      changes.push({ seq, take: [...change.take, ...own], release: change.release });
    }
    return changes;
  }

  /** The claims that a chain's entries hold now, made again from the ledger alone. `failed` is told of streams that cannot be read. */
  async ofChain(kinds: Kinds, chain: string, failed: Failed = rethrow): Promise<ClaimHolder[]> {
    const held = new Map<string, number>();
    const changes: (ClaimChange & { seq: number })[] = [];
    for await (const entries of pages(this.#store, chain, 0)) {
      for (const { stream, version } of entries) {
        const found = version === 1 ? kinds.ofStream(stream) : undefined;
        if (!found) continue;
        try {
          changes.push(...(await this.ofStream(found.kind, chain, found.id)));
        } catch (error) {
          failed(chain, stream, error);
        }
      }
    }
    changes.sort((a, b) => a.seq - b.seq);
    for (const { seq, take, release } of changes) {
      for (const claim of release) held.delete(claim);
      for (const claim of take) held.set(claim, seq);
    }
    return [...held].map(([claim, seq]) => ({ claim, seq }));
  }

  async #blind(chain: string, { name, value }: Claim): Promise<string> {
    return `${name}/${await this.#keys.blind(chain, `${name}|${value}`)}`;
  }
}
