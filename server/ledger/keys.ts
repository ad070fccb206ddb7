import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { unwrapKey, wrapKey } from '../../signing/chain.ts';
import type { Document, DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';

export const keyDocuments: KindSpec[] = [{ kind: 'wrapped-key', sort: 'state', indexes: [] }];

/** The key that wraps all others: 32 bytes, with an id that tells keys apart and tells nothing about the key. */
export interface MasterKey {
  id: string;
  bytes: Uint8Array;
}

export const masterKeyId = (bytes: Uint8Array) =>
  createHmac('sha256', bytes).update('tiezheng master key id').digest('hex').slice(0, 16);

/** Thrown for what was encrypted under a key that has been destroyed (lawful disposal) or lost. */
export class KeyDestroyed extends Error {
  constructor(name: string) {
    super(`the key of ${name} is destroyed`);
    this.name = 'KeyDestroyed';
  }
}

const CACHE = 20_000;
/** A key that another process destroyed is known here no longer than this, ms. */
const KNOWN_MS = 60_000;

/**
 * Keys of streams and agencies: random, wrapped by the master key, durable before their first use.
 * A stream's key lives until lawful disposal; a chain's blind-index key as long as the chain.
 */
export class KeyRing {
  readonly #documents: DocumentStore;
  readonly #master: MasterKey;
  readonly #random: (size: number) => Uint8Array;
  /** In the order in which they were read. */
  readonly #cache = new Map<string, { key: Uint8Array; at: number }>();
  readonly #monotonic: () => number;
  #fresh: { name: string; chain: string; key: Uint8Array; settle: (e?: unknown) => void }[] = [];
  #flushing: Promise<void> | undefined;

  /** Takes a stream's key out of wherever copies of it are kept, then calls `destroy`, which takes it out of the database. */
  onDestroy = (_chain: string, _stream: string, destroy: () => Promise<void>): Promise<void> => destroy();

  /** `monotonic`: milliseconds that never go back. */
  constructor(
    documents: DocumentStore,
    master: MasterKey,
    random: (size: number) => Uint8Array,
    monotonic = () => performance.now(),
  ) {
    this.#monotonic = monotonic;
    this.#documents = documents;
    this.#master = master;
    this.#random = random;
  }

  /** The stream's key; made and durable when this resolves if `create` is set. Throws KeyDestroyed. */
  streamKey(chain: string, stream: string, create = false): Promise<Uint8Array> {
    return this.#key(chain, `${chain}/${stream}`, create);
  }

  /** Destroys a stream's key: what is personal in the stream can never be read again. */
  async destroyStreamKey(chain: string, stream: string): Promise<void> {
    const name = `${chain}/${stream}`;
    await this.onDestroy(chain, stream, () => this.#documents.delete('wrapped-key', [name]));
    this.#cache.delete(name);
  }

  /** HMAC-SHA256 under the agency's blind-index key, hex: equal values are found, none can be guessed without the key. */
  async blind(chain: string, value: string): Promise<string> {
    const key = await this.#key(chain, `${chain}#blind`, true);
    return createHmac('sha256', key).update(value).digest('hex');
  }

  /**
   * A secret that belongs to one entry and is made again for a repeated request: HKDF of the stream's key, which no export
   * hands out (exports hold entry keys, derived under another label). 32 bytes, base64url.
   */
  async secret(chain: string, stream: string, version: number): Promise<string> {
    const key = await this.streamKey(chain, stream);
    return Buffer.from(hkdfSync('sha256', key, '', `tiezheng secret v1/${version}`, 32)).toString('base64url');
  }

  async #key(chain: string, name: string, create: boolean): Promise<Uint8Array> {
    const known = this.#known(name);
    if (known) return known;
    const stored = await this.#documents.get('wrapped-key', name);
    if (stored) return this.#remember(name, this.#unwrap(stored));
    if (!create) throw new KeyDestroyed(name);
    return await this.#make(chain, name);
  }

  async #make(chain: string, name: string): Promise<Uint8Array> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#fresh.push({ name, chain, key: this.#random(32), settle: (e) => (e ? reject(e) : resolve()) });
    this.#flushing ??= this.#flush();
    await promise;
    const stored = await this.#stored(name);
    return this.#remember(name, stored);
  }

  /** All keys asked for in the meantime go into one transaction; who came first wins, others read the winner's. */
  async #flush(): Promise<void> {
    await Promise.resolve();
    while (this.#fresh.length > 0) {
      const batch = this.#fresh;
      this.#fresh = [];
      try {
        const written = await this.#documents.save(batch.map((b) => wrapped(b.chain, b.name, b.key, this.#master)));
        batch.forEach((b, i) => {
          if (written[i]) this.#remember(b.name, b.key);
          b.settle();
        });
      } catch (error) {
        for (const b of batch) b.settle(error);
      }
    }
    this.#flushing = undefined;
  }

  async #stored(name: string): Promise<Uint8Array> {
    const known = this.#known(name);
    if (known) return known;
    const stored = await this.#documents.get('wrapped-key', name);
    if (!stored) throw new KeyDestroyed(name);
    return this.#unwrap(stored);
  }

  #unwrap(document: Document): Uint8Array {
    const body = document.body as { wrapped: string };
    return unwrapKey(this.#master.bytes, Buffer.from(body.wrapped, 'base64url'), document.id);
  }

  #known(name: string): Uint8Array | undefined {
    this.#forgetOld();
    return this.#cache.get(name)?.key;
  }

  #remember(name: string, key: Uint8Array): Uint8Array {
    this.#cache.delete(name);
    this.#cache.set(name, { key, at: this.#monotonic() });
    if (this.#cache.size > CACHE) this.#cache.delete(this.#cache.keys().next().value as string);
    return key;
  }

  #forgetOld(): void {
    const before = this.#monotonic() - KNOWN_MS;
    for (const [name, { at }] of this.#cache) {
      if (at > before) return;
      this.#cache.delete(name);
    }
  }
}

/** The document that holds a key wrapped under `master`; its name is bound into the wrapping as additional data. */
export function wrapped(chain: string, name: string, key: Uint8Array, master: MasterKey, version = 1): Document {
  const bytes = wrapKey(master.bytes, key, name);
  const body = { wrapped: Buffer.from(bytes).toString('base64url'), master: master.id };
  return { kind: 'wrapped-key', id: name, chain, version, body };
}

/** SHA-256, hex: how tokens and one-time secrets rest. */
export const hashSecret = (secret: string) => createHash('sha256').update(secret).digest('hex');
