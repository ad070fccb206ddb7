import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { Buffer } from './buffer.ts';
import { Sm3 } from './sm3.ts';

const ALGORITHMS = {
  sha1: () => sha1.create(),
  sha256: () => sha256.create(),
  sha384: () => sha384.create(),
  sha512: () => sha512.create(),
  sm3: () => new Sm3(),
};

const bytesOf = (data: string | Uint8Array) => (typeof data === 'string' ? Buffer.from(data) : data);

class Hash {
  readonly #running: ReturnType<(typeof ALGORITHMS)[keyof typeof ALGORITHMS]>;

  constructor(name: string) {
    if (!Object.hasOwn(ALGORITHMS, name)) throw new Error(`no such digest here: ${name}`);
    this.#running = ALGORITHMS[name as keyof typeof ALGORITHMS]();
  }

  update(data: string | Uint8Array): this {
    this.#running.update(bytesOf(data));
    return this;
  }

  digest(): Buffer;
  digest(encoding: 'hex' | 'base64'): string;
  digest(encoding?: 'hex' | 'base64'): Buffer | string {
    const bytes = Buffer.from(this.#running.digest());
    return encoding ? bytes.toString(encoding) : bytes;
  }
}

export const createHash = (name: string): Hash => new Hash(name);

export function hash(name: string, data: string | Uint8Array, encoding: 'buffer'): Buffer;
export function hash(name: string, data: string | Uint8Array, encoding?: 'hex' | 'base64'): string;
export function hash(name: string, data: string | Uint8Array, encoding: 'buffer' | 'hex' | 'base64' = 'hex') {
  const made = createHash(name).update(data);
  return encoding === 'buffer' ? made.digest() : made.digest(encoding);
}
