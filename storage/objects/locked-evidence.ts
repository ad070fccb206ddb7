import type { Readable } from 'node:stream';
import { covers, firmest, type Lock, type LockMode, type Retention } from './object-locks.ts';
import type { ByteRange, EvidenceStore, ObjectInfo, ObjectStore } from './object-store.ts';

const DAY_MS = 86_400_000;

/** For how long, and how firmly, everything in an evidence store is locked. */
export interface LockTerms {
  /** The least; what is asked for a single object may be firmer. */
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

/** How locks stood when they were looked at. */
export interface LockStanding {
  /** Locks that could not be had. */
  failing: number;
  /** When the first of all locks ends; undefined where there is none. */
  earliest: Date | undefined;
}

/** An evidence store that holds nothing without a lock: what it writes is locked, and the lock read back, before the write resolves. */
export class LockedEvidenceStore implements EvidenceStore {
  readonly #store: EvidenceStore & Retention;
  readonly #terms: LockTerms;
  #standing: (LockStanding & { at: Date }) | undefined;

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

  /**
   * Extends an object's lock, or makes it firmer, when that is due; resolves to the lock that is held then, undefined where none is asked
   * for. Throws LockNotKept, ObjectMissing.
   */
  async extend(key: string, mode: LockMode = this.#terms.mode): Promise<Lock | undefined> {
    if (!this.#terms.able()) return undefined;
    const held = await this.#store.retention(key);
    const due = { mode: firmest(mode, this.#terms.mode), until: this.#ahead(0.75) };
    return held && covers(held, due) ? held : await this.#retain(key, due.mode);
  }

  /** Whether an object is under a lock of these terms now; true where none is asked for. Throws ObjectMissing. */
  async isKept(key: string, mode: LockMode = this.#terms.mode): Promise<boolean> {
    const now = { mode: firmest(mode, this.#terms.mode), until: this.#terms.now() };
    return !this.#terms.able() || covers(await this.#store.retention(key), now);
  }

  /** Whether an object's lock was put, or extended, since the last round but one. Throws ObjectMissing. */
  async isNew(key: string): Promise<boolean> {
    const before = new Date(this.#terms.now().getTime() + this.horizonMs - 2 * this.roundMs);
    return ((await this.#store.retention(key))?.until ?? before) > before;
  }

  /** Takes down what was seen: `whole` when all locks were looked at, else it adds to what was seen then. */
  note({ failing, earliest }: LockStanding, whole: boolean, at: Date): void {
    if (whole) this.#standing = { failing, earliest, at };
    else if (this.#standing) this.#standing.failing += failing;
  }

  /**
   * What the last whole round of this process saw; undefined when there was none. `left`: how much of the horizon the lock that ends first
   * has left now. A round that is long over tells nothing of failures: another process may have looked since.
   */
  standing(): { at: Date; failing: number | undefined; until: Date | undefined; left: number | undefined } | undefined {
    if (!this.#standing) return undefined;
    const { failing, earliest: until, at } = this.#standing;
    const now = this.#terms.now().getTime();
    const left = until && (until.getTime() - now) / this.horizonMs;
    return { at, failing: now - at.getTime() < 2 * this.roundMs ? failing : undefined, until, left };
  }

  /** How far ahead locks reach, ms. */
  get horizonMs(): number {
    return this.#terms.days * DAY_MS;
  }

  /** How often all locks are to be looked at, ms: daily, and often enough that more than half of each is always left. */
  get roundMs(): number {
    return Math.min(DAY_MS, this.horizonMs / 8);
  }

  async #lock(key: string): Promise<void> {
    if (this.#terms.able()) await this.#retain(key, this.#terms.mode);
  }

  #retain(key: string, mode: LockMode): Promise<Lock> {
    return this.#store.retain(key, { mode, until: this.#ahead(1) });
  }

  /** After so large a part of the horizon. */
  #ahead(part: number): Date {
    return new Date(this.#terms.now().getTime() + this.horizonMs * part);
  }
}
