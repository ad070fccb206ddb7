import type { Readable } from 'node:stream';
import {
  covers,
  firmest,
  type Lock,
  type LockedWrites,
  type LockMode,
  type Presigning,
  type Retention,
} from './object-locks.ts';
import type { ByteRange, EvidenceStore, ObjectInfo, ObjectStore } from './object-store.ts';

const DAY_MS = 86_400_000;
/** No lock is put that ends sooner, in days, but where the horizon itself is shorter: a server refuses those (s3-policies.ts). */
export const SHORTEST_LOCK_DAYS = 2;
/** A term that ends so soon is taken for over. A day more than the shortest: servers round the days that are left up or down. */
const OVER_MS = (SHORTEST_LOCK_DAYS + 1) * DAY_MS;

/** For how long, and how firmly, everything in an evidence store is locked. */
export interface LockTerms {
  /** The least; what is asked for a single object may be firmer. */
  mode: LockMode;
  /** The horizon: locks are rolling, each reaches so many days ahead, or to the end of what is to be kept, and is extended before a quarter of that is over. */
  days: number;
  now: () => Date;
  /** Asked at each write: what the server can do is known only once it was tried. */
  able: () => boolean;
}

/** How a single object is to be kept. */
export interface Keeping {
  /** When it is firmer than the least. */
  mode?: LockMode | undefined;
  /** The end of its term: no lock reaches further, and none is due from then on. Absent: it has none, or none yet. */
  until?: Date | undefined;
}

/** How locks stood when they were looked at. */
export interface LockStanding {
  /** Locks that could not be had. */
  failing: number;
  /** When the first of all locks ends that must be extended again; undefined where there is none. */
  earliest: Date | undefined;
}

/** `none`: it is not under a lock, or that has ended. `short`: it ends too soon. `liftable`: it is of a mode that is too weak. */
export type LockFault = 'none' | 'short' | 'liftable';

/** What an engine must be able to do; one that cannot presign gives no addresses of locks. */
export type LockingStore = EvidenceStore & Retention & LockedWrites & Partial<Presigning>;

/** An evidence store that holds nothing without a lock: what it writes is locked, and the lock read back, before the write resolves. */
export class LockedEvidenceStore implements EvidenceStore {
  readonly #store: LockingStore;
  readonly #terms: LockTerms;
  readonly #keeping: Keeping;
  #standing: (LockStanding & { at: Date }) | undefined;

  constructor(store: LockingStore, terms: LockTerms, keeping: Keeping = {}) {
    this.#store = store;
    this.#terms = terms;
    this.#keeping = keeping;
  }

  /** The same objects, to write what is to be kept so. */
  keeping(keeping: Keeping): EvidenceStore {
    return new LockedEvidenceStore(this.#store, this.#terms, keeping);
  }

  async put(key: string, source: Readable | Uint8Array): Promise<number> {
    const size = await this.#store.put(key, source, this.#lockOfWrite());
    await this.#lock(key);
    return size;
  }

  async publish(work: ObjectStore, from: string, to: string): Promise<'published' | 'existed'> {
    const end = await this.#store.publish(work, from, to, this.#lockOfWrite());
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
   * for. Never shortens one. Throws LockNotKept, ObjectMissing.
   */
  async extend(key: string, keeping: Keeping = {}): Promise<Lock | undefined> {
    const due = this.#due(keeping, 0.75);
    if (!due) return undefined;
    const held = await this.#store.retention(key);
    return held && covers(held, due) ? held : await this.#store.retain(key, this.#due(keeping, 1) ?? due);
  }

  /** The lock as the server holds it; undefined where there is none. Throws ObjectMissing. */
  held = (key: string): Promise<Lock | undefined> => this.#store.retention(key);

  /** As Presigning does; undefined where the engine cannot. Throws ObjectMissing. */
  presignRetention = async (key: string, seconds: number): Promise<string | undefined> =>
    await this.#store.presignRetention?.(key, seconds);

  /**
   * What is wrong with the lock that an object is under; undefined when nothing is, or when none is asked for. One is too short when less
   * than half of what it should reach is left, so that a service which extends locks never has one. Throws ObjectMissing.
   */
  async fault(key: string, keeping: Keeping = {}): Promise<LockFault | undefined> {
    const due = this.#due(keeping, 0.5);
    if (!due) return undefined;
    const held = await this.held(key);
    if (!held || held.until < this.#terms.now()) return 'none';
    if (held.until < due.until) return 'short';
    return covers(held, due) ? undefined : 'liftable';
  }

  /** Whether what was entered at an instant may not have reached the locks yet: it was after the last round but one. */
  isRecent(at: Date): boolean {
    return this.#terms.now().getTime() - at.getTime() < 2 * this.roundMs;
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

  /** Whether what is written is locked: it is asked for, and the server can. */
  get locks(): boolean {
    return this.#terms.able();
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
    const lock = this.#due(this.#keeping, 1);
    if (lock) await this.#store.retain(key, lock);
  }

  /** A minute longer than what is read back: the write takes its time. */
  #lockOfWrite(): Lock | undefined {
    return this.#due(this.#keeping, 1, 60_000);
  }

  /** The lock that reaches so large a part of the horizon ahead, and `moreMs`, or to the end of the term; undefined where none is asked for. */
  #due({ mode, until }: Keeping, part: number, moreMs = 0): Lock | undefined {
    const now = this.#terms.now();
    if (!this.#terms.able() || (until && until.getTime() - now.getTime() < OVER_MS)) return undefined;
    const ahead = new Date(now.getTime() + this.horizonMs * part + moreMs);
    const least = this.#terms.mode;
    return { mode: mode ? firmest(mode, least) : least, until: until && until < ahead ? until : ahead };
  }
}
