import type { Readable } from 'node:stream';
import type { ObjectStore } from './object-store.ts';

/** Optional abilities of an evidence store: an engine that has them implements them, one that has not does not have the methods. */

/** From the weaker to the firmer. `governance` may be lifted with a right of its own, `compliance` by nobody. */
export const lockModes = ['governance', 'compliance'] as const;
export type LockMode = (typeof lockModes)[number];

export interface Lock {
  mode: LockMode;
  until: Date;
}

export interface Retention {
  /**
   * Keeps an object from being deleted or changed until an instant, and reads back what the engine holds: resolves to that. Never makes
   * a lock shorter or weaker. Making one firmer may take a right of its own. Throws ObjectMissing, and LockNotKept when the engine does not
   * hold at least what was asked.
   */
  retain(key: string, lock: Lock): Promise<Lock>;

  /** The lock as the engine holds it; undefined when there is none. Throws ObjectMissing. */
  retention(key: string): Promise<Lock | undefined>;
}

/** Writes of an evidence store that are locked from their first moment where the server heeds that; to be read back in any case. */
export interface LockedWrites {
  put(key: string, source: Readable | Uint8Array, lock?: Lock): Promise<number>;
  publish(work: ObjectStore, from: string, to: string, lock?: Lock): Promise<'published' | 'existed'>;
}

export interface Presigning {
  /**
   * An address by which anyone reads the lock of an object from the engine itself, without credentials, for so many seconds: GetObjectRetention
   * of the very version that stands (Amazon S3 API reference). Its signature opens nothing else, no byte of the object. Throws ObjectMissing.
   */
  presignRetention(key: string, seconds: number): Promise<string>;
}

export interface LegalHold {
  /** Keeps an object whatever its lock's term, until it is lifted; read back. Throws ObjectMissing, LockNotKept. */
  hold(key: string, on: boolean): Promise<void>;

  held(key: string): Promise<boolean>;
}

/** The engine took a lock and does not hold it. */
export class LockNotKept extends Error {
  override name = 'LockNotKept';
}

/** The object is locked: it cannot be deleted. */
export class ObjectLocked extends Error {
  override name = 'ObjectLocked';
}

/** Which of two locks is the firmer one: positive when it is the first. */
const firmness = (a: LockMode, b: LockMode): number => lockModes.indexOf(a) - lockModes.indexOf(b);

/** The firmer of two modes. */
export const firmest = (a: LockMode, b: LockMode): LockMode => (firmness(a, b) >= 0 ? a : b);

/** Whether a lock that is held is worth at least one that is wanted. */
export const covers = (held: Lock | undefined, wanted: Lock): boolean =>
  held !== undefined && held.until >= wanted.until && firmness(held.mode, wanted.mode) >= 0;

/** The later and the firmer of two. */
export function stronger(a: Lock, b: Lock | undefined): Lock {
  if (!b) return a;
  return { mode: firmest(a.mode, b.mode), until: a.until >= b.until ? a.until : b.until };
}
