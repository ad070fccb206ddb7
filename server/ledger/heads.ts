import { setTimeout as sleep } from 'node:timers/promises';
import { type LogKey, openCheckpoint, signCheckpoint } from '../../signing/checkpoint.ts';
import { CompactRange } from '../../signing/merkle.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';

/** Where signed heads rest: outside the database, replaced atomically. */
export interface HeadStore {
  /** Every chain that has a head. */
  chains(): Promise<string[]>;
  read(chain: string): Promise<string | undefined>;
  write(chain: string, note: string): Promise<void>;
}

/** The ledger is shorter than its signed head, or another: something was cut off or changed. */
export class HeadMismatch extends Error {
  readonly chain: string;

  constructor(chain: string, reason: string) {
    super(reason);
    this.name = 'HeadMismatch';
    this.chain = chain;
  }
}

/** A tree that was signed: number of entries and RFC 6962 root. */
export interface Signed {
  size: number;
  root: Uint8Array;
}

/**
 * A head is no checkpoint: it is signed for the origin `<key name>/<chain>/head`, so that none that leaves the machine could be taken for a
 * published one of its size.
 */
export const signHead = (key: LogKey, chain: string, size: number, root: Uint8Array): string =>
  signCheckpoint(key, headOf(chain), size, root);

/** Reads a head; a checkpoint of the chain, which heads were before, is good too. Throws as verifyCheckpoint does. */
export function openHead(note: string, verifier: string, chain: string): Signed {
  const own = note.split('\n', 1)[0]?.endsWith(`/${headOf(chain)}`);
  return openCheckpoint(note, verifier, own ? headOf(chain) : chain);
}

const headOf = (chain: string) => `${chain}/head`;

/** Milliseconds: a head is written at most one second after an append. */
const DELAY = 250;
const RETRY = 1000;
const PAGE = 50_000;

/**
 * The signed head of each chain: size and RFC 6962 root as a C2SP checkpoint, written at most one second after an append.
 * Design: the ledger is compared with it at every start and by fsck, since a database can lose its tail without noticing.
 */
export class Heads {
  readonly #store: LedgerStore;
  readonly #heads: HeadStore;
  readonly #key: LogKey;
  readonly #trees = new Map<string, CompactRange>();
  /** Entries that are known of, where the tree does not hold all of them yet. */
  readonly #sizes = new Map<string, number>();
  readonly #published = new Map<string, number>();
  #writing: Promise<void> = Promise.resolve();
  #waiting = false;
  #closed = false;
  #failed: unknown;

  constructor(store: LedgerStore, heads: HeadStore, key: LogKey) {
    this.#store = store;
    this.#heads = heads;
    this.#key = key;
  }

  /** Every chain that has an entry or a head: one that has a head and no entry any more was cut off whole. */
  async chains(): Promise<string[]> {
    return [...new Set([...(await this.#store.chains()), ...(await this.#heads.chains())])];
  }

  /**
   * Recomputes each chain's tree and compares it with its signed head, and with the checkpoint published last where there is one.
   * Throws HeadMismatch.
   */
  async open(published: ReadonlyMap<string, Signed | undefined> = new Map()): Promise<void> {
    for (const chain of new Set([...(await this.chains()), ...published.keys()])) {
      const { tree, signedSize } = await verifyHead(
        this.#store,
        this.#heads,
        this.#key.verifier,
        chain,
        published.get(chain),
      );
      this.#trees.set(chain, tree);
      this.#published.set(chain, signedSize);
      if (tree.size > signedSize) await this.#publish(chain);
    }
  }

  /** To be called before a chain's first entry: from then on a missing head is a fault, never a beginning. */
  async begin(chain: string): Promise<void> {
    if (this.#trees.has(chain)) return;
    const tree = new CompactRange();
    await this.#heads.write(chain, signHead(this.#key, chain, 0, tree.root()));
    this.#trees.set(chain, tree);
    this.#published.set(chain, 0);
  }

  /** Entries that other processes wrote in between are read when the head is written. */
  appended(entries: readonly StoredEntry[]): void {
    for (const { chain, seq, hash } of entries) {
      const tree = this.#trees.get(chain) ?? new CompactRange();
      this.#trees.set(chain, tree);
      if (tree.size === seq) tree.append(hash);
      this.#sizes.set(chain, seq + 1);
    }
    this.#writeLater(DELAY);
  }

  /** Entries that no written head covers yet, and whether writing fails. */
  distance(): { entries: number; failed: boolean } {
    let entries = 0;
    for (const [chain, tree] of this.#trees) entries += tree.size - (this.#published.get(chain) ?? 0);
    return { entries, failed: this.#failed !== undefined };
  }

  /** The installation's verifier key, of which each chain's is made. */
  get installationVerifier(): string {
    return this.#key.verifier;
  }

  /** Writes every head that is behind. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#publishAll();
  }

  async #writeSoon(delay: number): Promise<void> {
    await sleep(delay, undefined, { ref: false });
    this.#waiting = false;
    if (this.#closed) return;
    try {
      await this.#publishAll();
      this.#failed = undefined;
    } catch (error) {
      this.#failed = error;
      this.#writeLater(RETRY);
    }
  }

  #writeLater(delay: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#writeSoon(delay);
  }

  /** One write after the other: two of the same chain would meet in the same file. */
  #publishAll(): Promise<void> {
    const next = this.#writing
      .catch(() => {})
      .then(async () => {
        for (const chain of this.#trees.keys()) await this.#publish(chain);
      });
    this.#writing = next;
    return next;
  }

  async #catchUp(chain: string, tree: CompactRange): Promise<void> {
    while (tree.size < (this.#sizes.get(chain) ?? 0)) {
      const hashes = await this.#store.hashes(chain, tree.size, PAGE);
      if (hashes.length === 0) throw new HeadMismatch(chain, `the ledger has no entry ${tree.size} any more`);
      for (let at = 0; at < hashes.length; at += 32) tree.append(hashes.subarray(at, at + 32));
    }
  }

  async #publish(chain: string): Promise<void> {
    const tree = this.#trees.get(chain);
    if (!tree) return;
    await this.#catchUp(chain, tree);
    if (tree.size === this.#published.get(chain)) return;
    const size = tree.size;
    await this.#heads.write(chain, signHead(this.#key, chain, size, tree.root()));
    this.#published.set(chain, size);
  }
}

/** Compares a chain with what was signed of it; the tree returned covers the whole chain. Throws HeadMismatch. */
async function verifyHead(store: LedgerStore, heads: HeadStore, verifier: string, chain: string, published?: Signed) {
  // First the head, then the chain, to which other processes may append meanwhile.
  const note = await heads.read(chain);
  const { size } = await store.head(chain);
  const head = note === undefined ? undefined : readHead(note, verifier, chain);
  const signed = [
    ...(head ? [{ ...head, name: 'signed head' }] : []),
    ...(published ? [{ ...published, name: 'published checkpoint' }] : []),
  ];
  for (const { name, size: wanted } of signed) {
    if (wanted > size) {
      throw new HeadMismatch(chain, `the ledger has ${size} entries, its ${name} has ${wanted}: its tail is cut off`);
    }
  }
  const tree = new CompactRange();
  const compare = () => {
    for (const { name, size: at, root } of signed) if (at === tree.size) sameRoot(chain, tree, root, name);
  };
  for (let from = 0; from < size; from += PAGE) {
    const hashes = await store.hashes(chain, from, PAGE);
    for (let at = 0; at < hashes.length; at += 32) {
      compare();
      tree.append(hashes.subarray(at, at + 32));
    }
  }
  compare();
  if (!head && size > 0) throw new HeadMismatch(chain, `its signed head is missing, beside ${size} entries`);
  return { tree, signedSize: head?.size ?? 0 };
}

function readHead(note: string, verifier: string, chain: string) {
  try {
    return openHead(note, verifier, chain);
  } catch (error) {
    throw new HeadMismatch(chain, `the signed head cannot be trusted: ${(error as Error).message}`);
  }
}

function sameRoot(chain: string, tree: CompactRange, root: Uint8Array, name: string): void {
  if (Buffer.compare(tree.root(), root) !== 0) {
    throw new HeadMismatch(chain, `the first ${tree.size} entries are not those of the ${name}`);
  }
}
