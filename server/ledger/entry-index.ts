import type { DocumentStore, Filter } from '../../storage/documents/document-store.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import { BLOCK, BLOCK_VERSION, type Block, blockKind, blockOf, seqsIn, termsOf, type Wanted } from './entry-blocks.ts';
import { saveFoldVersion } from './refold.ts';

export interface Search {
  wanted: Wanted;
  /** Seqs in [from, to). */
  from: number;
  to: number;
  descending: boolean;
  limit: number;
}

export interface Found {
  seqs: number[];
  /** There may be more: go on before this seq (descending) or after it. */
  next?: number;
}

/** The index is being made of what is there: it cannot be asked yet. */
export class IndexBehind extends Error {
  override name = 'IndexBehind';
}

/** Blocks that are made while somebody waits; a longer way is left to the loop. */
const AT_ONCE = 64;
const BLOCKS_PER_PAGE = 32;
/** Blocks that one search looks into; then it says how far it came. */
const LOOKED_INTO = 512;

/** Entries by who, what and of what: a view of whole chains, made of full blocks; the few entries after the last are read from the ledger. */
export class EntryIndex {
  readonly #store: LedgerStore;
  readonly #documents: DocumentStore;

  constructor(store: LedgerStore, documents: DocumentStore) {
    this.#store = store;
    this.#documents = documents;
  }

  /** To be called before anything else: an index that was made by other rules is thrown away. */
  async open(): Promise<void> {
    const saved = await this.#documents.get('fold-version', blockKind);
    if (saved?.body.version !== BLOCK_VERSION) await this.forget();
  }

  /** Throws the index away; it is made anew. */
  async forget(): Promise<void> {
    await this.#documents.deleteKind(blockKind);
    await saveFoldVersion(this.#documents, { name: blockKind, foldVersion: BLOCK_VERSION });
  }

  /** Makes the blocks that are full and not there, at most so many; answers how many there are. Several processes may do it at once. */
  async grow(chain: string, most = Number.POSITIVE_INFINITY, stopping?: AbortSignal): Promise<number> {
    const full = Math.floor((await this.#store.head(chain)).size / BLOCK);
    let made = full > 0 ? await this.#documents.count(blockKind, chain) : 0;
    if (full - made > most) throw new IndexBehind();
    for (; made < full && !stopping?.aborted; made += 1) {
      const entries = await this.#store.range(chain, made * BLOCK, BLOCK);
      await this.#documents.save([blockOf(chain, made, entries)]);
    }
    return made;
  }

  /** Seqs of the entries that are wanted, in order. Throws IndexBehind. */
  async find(chain: string, search: Search): Promise<Found> {
    const { size } = await this.#store.head(chain);
    const span = { from: Math.max(0, search.from), to: Math.min(size, search.to) };
    if (span.from >= span.to) return { seqs: [] };
    if (search.wanted.length === 0) return everyOf(span, search);
    const blocks = await this.grow(chain, AT_ONCE);
    const inBlocks = () => this.#blocks(chain, search, { from: span.from, to: Math.min(span.to, blocks * BLOCK) });
    const inRest = () => this.#rest(chain, search.wanted, Math.max(span.from, blocks * BLOCK), span.to);
    return await gathered(search, search.descending ? [inRest, inBlocks] : [inBlocks, inRest]);
  }

  /** The first seq whose entry is not before an instant (RFC 3339, UTC, milliseconds): time never goes back in a chain. */
  async seqAt(chain: string, instant: string): Promise<number> {
    let [low, high] = [0, (await this.#store.head(chain)).size];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [stored] = await this.#store.range(chain, middle, 1);
      const { time } = JSON.parse(Buffer.from(stored?.bytes ?? []).toString()) as { time: string };
      if (time < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async *#blocks(chain: string, { wanted, descending }: Search, { from, to }: Span): AsyncGenerator<Part> {
    if (from >= to) return;
    const filter: Filter = {
      $and: wanted.map((any) => ({ terms: any.length === 1 ? (any[0] as string) : { $in: any } })),
      index: { $gte: Math.floor(from / BLOCK), $lte: Math.floor((to - 1) / BLOCK) },
    };
    const sort = { path: 'index', descending };
    let [after, looked]: [string | undefined, number] = [undefined, 0];
    do {
      const query = { chain, filter, sort, limit: BLOCKS_PER_PAGE, ...(after && { after }) };
      const page = await this.#documents.find(blockKind, query);
      for (const { body } of page.items) {
        const block = body as unknown as Block;
        yield { seqs: seqsIn(block, wanted).filter((seq) => seq >= from && seq < to) };
        looked += 1;
        const edge = descending ? block.index * BLOCK : (block.index + 1) * BLOCK - 1;
        if (looked === LOOKED_INTO) yield { seqs: [], tired: edge };
      }
      after = page.next;
    } while (after);
  }

  async *#rest(chain: string, wanted: Wanted, from: number, to: number): AsyncGenerator<Part> {
    if (from >= to) return;
    const entries = await this.#store.range(chain, from, to - from);
    const fits = (terms: string[]) => wanted.every((any) => any.some((name) => terms.includes(name)));
    yield { seqs: entries.filter((entry) => fits(termsOf(entry))).map(({ seq }) => seq) };
  }
}

interface Span {
  from: number;
  to: number;
}

/** Seqs of one stretch, ascending; `tired`: everything up to here was looked at, and that was enough for one search. */
interface Part {
  seqs: number[];
  tired?: number;
}

function everyOf({ from, to }: Span, { descending, limit }: Search): Found {
  const count = Math.min(limit, to - from);
  const seqs = Array.from({ length: count }, (_, at) => (descending ? to - 1 - at : from + at));
  return { seqs, ...(count < to - from && { next: seqs.at(-1) as number }) };
}

async function gathered({ descending, limit }: Search, makers: readonly (() => AsyncIterable<Part>)[]): Promise<Found> {
  const seqs: number[] = [];
  for (const make of makers) {
    for await (const part of make()) {
      seqs.push(...(descending ? part.seqs.toReversed() : part.seqs));
      if (seqs.length > limit) return { seqs: seqs.slice(0, limit), next: seqs[limit - 1] as number };
      if (part.tired !== undefined) return { seqs, next: part.tired };
    }
  }
  return { seqs };
}
