import type { Readable } from 'node:stream';
import { covers, type Lock, type LockMode, type Retention } from './object-locks.ts';
import type { ByteRange, EvidenceStore, ObjectInfo, ObjectStore } from './object-store.ts';

const DAY_MS = 86_400_000;

/** For how long, and how firmly, everything in an evidence store is locked. */
export interface LockTerms {
  mode: LockMode;
  /** Locks are rolling: each reaches so many days ahead, and is extended before a quarter of that is over. */
  days: number;
  now: () => Date;
  /** Asked at each write: what the server can do is known only once it was tried. */
  able: () => boolean;
}

/** The lock of what is written now; undefined where none is asked for. A minute longer than what is read back: the write takes its time. */
export function lockOf({ mode, days, now, able }: LockTerms): Lock | undefined {
  return able() ? { mode, until: new Date(now().getTime() + days * DAY_MS + 60_000) } : undefined;
}

/** An evidence store that holds nothing without a lock: what it writes is locked, and the lock read back, before the write resolves. */
export class LockedEvidenceStore implements EvidenceStore {
  readonly #store: EvidenceStore & Retention;
  readonly #terms: LockTerms;

  constructor(store: EvidenceStore & Retention, terms: LockTerms) {
    this.#store = store;
    this.#terms = terms;
  }

  async put(key: string, source: Readable | Uint8Array): Promise<number> {
    const size = await this.#store.put(key, source);
    await this.#lock(key);
    return size;
  }

  async publish(work: ObjectStore, from: string, to: string): Promise<'published' | 'existed'> {
    const end = await this.#store.publish(work, from, to);
    await this.#lock(to);
    return end;
  }

  get = (key: string, range?: ByteRange) => this.#store.get(key, range);
  size = (key: string) => this.#store.size(key);
  delete = (key: string) => this.#store.delete(key);
  list = (prefix: string): AsyncIterable<ObjectInfo> => this.#store.list(prefix);
  freeSpace = () => this.#store.freeSpace();

  /** Extends an object's lock when it is due; false when it was not. Throws LockNotKept, ObjectMissing. */
  async extend(key: string): Promise<boolean> {
    const due = { mode: this.#terms.mode, until: this.#ahead(0.75) };
    if (!this.#terms.able() || covers(await this.#store.retention(key), due)) return false;
    await this.#lock(key);
    return true;
  }

  /** Whether an object is under a lock of these terms now; true where none is asked for. Throws ObjectMissing. */
  async isKept(key: string): Promise<boolean> {
    const now = { mode: this.#terms.mode, until: this.#terms.now() };
    return !this.#terms.able() || covers(await this.#store.retention(key), now);
  }

  async #lock(key: string): Promise<void> {
    if (this.#terms.able()) await this.#store.retain(key, { mode: this.#terms.mode, until: this.#ahead(1) });
  }

  #ahead(part: number): Date {
    return new Date(this.#terms.now().getTime() + this.#terms.days * DAY_MS * part);
  }
}
