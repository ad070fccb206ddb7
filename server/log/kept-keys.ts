import { buffer } from 'node:stream/consumers';
import { ProofError } from '../../signing/proof-error.ts';
import type { Document, DocumentStore } from '../../storage/documents/document-store.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import {
  blindKeyKey,
  INSTALLATION_KEYS,
  parseKeyFileName,
  streamKeysKey,
  streamKeysPrefix,
} from '../../storage/objects/key-layout.ts';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';
import { encodeKeyFile, readKeyFile } from './key-file.ts';

interface Parts {
  ledgerStore: LedgerStore;
  documents: DocumentStore;
  work: ObjectStore;
  /** Id of the master key that everything is wrapped under. */
  master: string;
}

/** Entries whose new streams have their keys in one file. */
export const KEY_BLOCK = 1024;

/** The file that holds the key of a stream, by the seq of its first entry. */
export const keyBlockOf = (seq: number): number => Math.floor(seq / KEY_BLOCK);

/**
 * The wrapped keys in the work store, so that the object stores alone can be read again with the master key. A file is always
 * made of what the database has now; writing it again is harmless, and a key that was destroyed is not in it any more.
 */
export class KeptKeys {
  readonly #parts: Parts;
  readonly #blind = new Set<string>();
  #installation: Uint8Array | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Makes every key durable that the entries `from` to `to` of a chain need, and those of the installation. */
  keep(chain: string, from: number, to: number): Promise<void> {
    return this.#alone(async () => {
      await this.#keepInstallation();
      await this.#keepBlind(chain);
      for (let block = keyBlockOf(from); block * KEY_BLOCK < to; block++) {
        const entries = await this.#entries(chain, block);
        const begun = entries.filter(({ seq, version }) => version === 1 && seq >= from && seq < to);
        if (begun.length > 0 || from <= block * KEY_BLOCK) await this.#keepBlock(chain, block);
      }
    });
  }

  /**
   * Makes up for files that are not there, of chains given with the size that is published. All are written anew when those of the
   * installation are missing or under another master key: a rewrap may have been cut short, and they are written last.
   */
  open(chains: ReadonlyMap<string, number>): Promise<void> {
    return this.#alone(async () => {
      const stored = await this.#read(INSTALLATION_KEYS);
      const known = stored !== undefined && masterOf(stored) === this.#parts.master;
      for (const [chain, size] of chains) {
        if (size === 0) continue;
        const there = known ? await this.#blocks(chain) : new Set<number>();
        for (let block = 0; block * KEY_BLOCK < size; block++) {
          if (!there.has(block)) await this.#keepBlock(chain, block);
        }
        await this.#keepBlind(chain);
      }
      this.#installation = known ? stored : undefined;
      await this.#keepInstallation();
    });
  }

  /** Takes a stream's key out of its file, then lets `destroy` take it out of the database; nothing is written in between. */
  forget(chain: string, stream: string, destroy: () => Promise<void>): Promise<void> {
    return this.#alone(async () => {
      const [first] = await this.#parts.ledgerStore.stream(chain, stream, 1, 1);
      const block = first && keyBlockOf(first.seq);
      const there = block !== undefined && (await this.#parts.work.size(streamKeysKey(chain, block))) !== undefined;
      if (there) await this.#keepBlock(chain, block, `${chain}/${stream}`);
      await destroy();
    });
  }

  async #keepBlock(chain: string, block: number, without?: string): Promise<void> {
    const entries = await this.#entries(chain, block);
    const names = entries.filter(({ version }) => version === 1).map(({ stream }) => `${chain}/${stream}`);
    const wanted = names.filter((name) => name !== without);
    await this.#write(streamKeysKey(chain, block), await this.#parts.documents.getMany('wrapped-key', wanted));
  }

  /** A chain's blind index has its key from the first claim on, and never another. */
  async #keepBlind(chain: string): Promise<void> {
    if (this.#blind.has(chain)) return;
    const key = await this.#parts.documents.get('wrapped-key', `${chain}#blind`);
    if (!key) return;
    await this.#write(blindKeyKey(chain), [key]);
    this.#blind.add(chain);
  }

  async #keepInstallation(): Promise<void> {
    const keys = await Array.fromAsync(this.#parts.documents.all('installation-key'));
    const bytes = encodeKeyFile(this.#parts.master, keys);
    if (this.#installation && Buffer.compare(bytes, this.#installation) === 0) return;
    await this.#parts.work.put(INSTALLATION_KEYS, bytes);
    this.#installation = bytes;
  }

  #entries(chain: string, block: number) {
    return this.#parts.ledgerStore.range(chain, block * KEY_BLOCK, KEY_BLOCK);
  }

  async #write(key: string, documents: readonly Document[]): Promise<void> {
    await this.#parts.work.put(key, encodeKeyFile(this.#parts.master, documents));
  }

  async #read(key: string): Promise<Uint8Array | undefined> {
    try {
      return await buffer(await this.#parts.work.get(key));
    } catch (error) {
      if (error instanceof ObjectMissing) return undefined;
      throw error;
    }
  }

  async #blocks(chain: string): Promise<Set<number>> {
    const blocks = new Set<number>();
    for await (const { key } of this.#parts.work.list(streamKeysPrefix(chain))) {
      const name = parseKeyFileName(key);
      if (name?.area === 'streams') blocks.add(name.block);
    }
    return blocks;
  }

  /** One writer at a time: a file that was read before a key went must not be written after. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work);
    this.#turn = next.catch(() => {});
    return next;
  }
}

/** Undefined for a file that cannot be read: it is written anew. */
function masterOf(bytes: Uint8Array): string | undefined {
  try {
    return readKeyFile(bytes).master;
  } catch (error) {
    if (error instanceof ProofError) return undefined;
    throw error;
  }
}
