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
import { type ConditionalWrites, ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';
import { encodeKeyFile, readKeyFile } from './key-file.ts';

interface Parts {
  ledgerStore: LedgerStore;
  documents: DocumentStore;
  work: ObjectStore & Partial<ConditionalWrites>;
  /** Id of the master key that everything is wrapped under. */
  master: string;
}

/** Entries whose new streams have their keys in one file. */
export const KEY_BLOCK = 1024;

/** A file is written anew so often before its writer gives up until the next round. */
const ATTEMPTS = 20;

/** The file that holds the key of a stream, by the seq of its first entry. */
const keyBlockOf = (seq: number): number => Math.floor(seq / KEY_BLOCK);

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

  /**
   * Takes a stream's key out of its file, then lets `destroy` take it out of the database; nothing is written in between. Where other processes
   * write too, one may have put it back in between: it is taken out again.
   */
  forget(chain: string, stream: string, destroy: () => Promise<void>): Promise<void> {
    return this.#alone(async () => {
      const [first] = await this.#parts.ledgerStore.stream(chain, stream, 1, 1);
      const block = first && keyBlockOf(first.seq);
      const there = block !== undefined && (await this.#parts.work.size(streamKeysKey(chain, block))) !== undefined;
      if (there) await this.#keepBlock(chain, block, `${chain}/${stream}`);
      await destroy();
      if (there && this.#parts.work.replace) await this.#keepBlock(chain, block);
    });
  }

  async #keepBlock(chain: string, block: number, without?: string): Promise<void> {
    const { ledgerStore, documents } = this.#parts;
    const names: string[] = [];
    const end = (block + 1) * KEY_BLOCK;
    let next = block * KEY_BLOCK;
    await this.#write(streamKeysKey(chain, block), async () => {
      for (const { seq, version, stream } of await ledgerStore.range(chain, next, end - next)) {
        if (version === 1 && `${chain}/${stream}` !== without) names.push(`${chain}/${stream}`);
        next = seq + 1;
      }
      return await documents.getMany('wrapped-key', names);
    });
  }

  /** A chain's blind index has its key from the first claim on, and never another. */
  async #keepBlind(chain: string): Promise<void> {
    if (this.#blind.has(chain)) return;
    const keys = () => this.#parts.documents.getMany('wrapped-key', [`${chain}#blind`]);
    if ((await keys()).length === 0) return;
    await this.#write(blindKeyKey(chain), keys);
    this.#blind.add(chain);
  }

  async #keepInstallation(): Promise<void> {
    const keys = () => Array.fromAsync(this.#parts.documents.all('installation-key'));
    const bytes = encodeKeyFile(this.#parts.master, await keys());
    if (this.#installation && same(bytes, this.#installation)) return;
    this.#installation = await this.#write(INSTALLATION_KEYS, keys);
  }

  #entries(chain: string, block: number) {
    return this.#parts.ledgerStore.range(chain, block * KEY_BLOCK, KEY_BLOCK);
  }

  /**
   * Makes a file what the database has, and resolves to it. Of several processes one may have read the database before another and write after
   * it. So the file is replaced only by one who knew it before he read the database, and who reads the database again afterwards: whoever
   * writes last finds out that what he wrote is old, also where the server does not keep to conditions.
   */
  async #write(key: string, read: () => Promise<readonly Document[]>): Promise<Uint8Array> {
    const { work, master } = this.#parts;
    const made = async () => encodeKeyFile(master, await read());
    if (!work.read || !work.replace) {
      const bytes = await made();
      await work.put(key, bytes);
      return bytes;
    }
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const there = await work.read(key);
      const bytes = await made();
      if (there && same(there.bytes, bytes)) return bytes;
      if ((await work.replace(key, bytes, there?.tag)) && same(await made(), bytes)) return bytes;
    }
    throw new Error(`the key file ${key} is written by too many at once`);
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

const same = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

/** Undefined for a file that cannot be read: it is written anew. */
function masterOf(bytes: Uint8Array): string | undefined {
  try {
    return readKeyFile(bytes).master;
  } catch (error) {
    if (error instanceof ProofError) return undefined;
    throw error;
  }
}
