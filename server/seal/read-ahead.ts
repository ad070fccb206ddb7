import type { LocalFiles, ObjectStore } from '../../storage/objects/object-store.ts';
import type { Config } from '../config.ts';
import { type Digests, type RunningDigest, startDigest } from './digest.ts';

/** Smaller uploads are read back in no time when they are there. */
const LEAST_BYTES = 16 * 1024 * 1024;
/** What an upload store may still hold back of the bytes it took. */
const HELD_BACK = 4 * 1024 * 1024;
/** Each takes two threads and a ring of 4 MiB. */
const AT_ONCE = 2;
const IDLE_MS = 30_000;
/** So often the reader behind is told that it may go on. */
const STEP = 1024 * 1024;

interface Ahead {
  digest: RunningDigest;
  length: number;
  idle: NodeJS.Timeout;
}

/**
 * Reads stored uploads back while the rest still arrives, so that sealing has little left to read. What is digested is what the store
 * gives back, once and in order; whatever interrupts that (an error, a pause, a restart) drops it, and the sealer reads from the start.
 */
export class ReadAhead {
  readonly #work: ObjectStore & Partial<LocalFiles>;
  readonly #withSm3: boolean;
  readonly #running = new Map<string, Promise<Ahead | undefined>>();

  constructor(work: ObjectStore & Partial<LocalFiles>, config: Config) {
    this.#work = work;
    this.#withSm3 = config.DIGESTS === 'sha256,sm3';
  }

  /** To be told of bytes as they are taken: the upload under `key` goes on at `from` and will have `expected` bytes. */
  following(key: string, from: number, expected: number): (bytes: number) => void {
    let [taken, told] = [from, from];
    return (bytes) => {
      taken += bytes;
      if (taken - told < STEP) return;
      told = taken;
      void this.#grow(key, taken, expected);
    };
  }

  async #grow(key: string, length: number, expected: number): Promise<void> {
    if (!this.#running.has(key)) {
      if (expected < LEAST_BYTES || this.#running.size >= AT_ONCE || !this.#work.localPath) return;
      this.#running.set(key, this.#begin(key));
    }
    const ahead = await this.#running.get(key);
    if (!ahead || length <= ahead.length) return;
    ahead.length = length;
    ahead.idle.refresh();
    ahead.digest.allow(Math.max(0, length - HELD_BACK));
  }

  /** The digests of the whole upload, or undefined when it was not read ahead: the caller reads it from the start. */
  async finish(key: string): Promise<Digests | undefined> {
    const ahead = await this.#running.get(key);
    if (!ahead) return undefined;
    clearTimeout(ahead.idle);
    try {
      return await ahead.digest.finish();
    } catch {
      return undefined;
    } finally {
      this.#running.delete(key);
    }
  }

  /** Forgets what was read: the bytes are gone, or were cut back. */
  async drop(key: string): Promise<void> {
    const ahead = await this.#running.get(key);
    this.#running.delete(key);
    if (!ahead) return;
    clearTimeout(ahead.idle);
    ahead.digest.stop();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((key) => this.drop(key)));
  }

  async #begin(key: string): Promise<Ahead | undefined> {
    try {
      const path = await this.#work.localPath!(key);
      const idle = setTimeout(() => void this.drop(key), IDLE_MS);
      idle.unref();
      return { digest: startDigest(path, this.#withSm3), length: 0, idle };
    } catch {
      this.#running.delete(key);
      return undefined;
    }
  }
}
