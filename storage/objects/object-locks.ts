/** Optional abilities of an evidence store: an engine that has them implements them, one that has not does not have the methods. */

/** How firmly an object is kept: `governance` may be lifted with a right of its own, `compliance` by nobody. */
export type LockMode = 'governance' | 'compliance';

export interface Lock {
  mode: LockMode;
  until: Date;
}

export interface Retention {
  /**
   * Keeps an object from being deleted or changed until an instant, and reads back what the engine holds: resolves to that. Never makes
   * a lock shorter or weaker. Throws ObjectMissing, and LockNotKept when the engine does not hold at least what was asked.
   */
  retain(key: string, lock: Lock): Promise<Lock>;

  /** The lock as the engine holds it; undefined when there is none. Throws ObjectMissing. */
  retention(key: string): Promise<Lock | undefined>;
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

const STRENGTH: Record<LockMode, number> = { governance: 1, compliance: 2 };

/** Whether a lock that is held is worth at least one that is wanted. */
export const covers = (held: Lock | undefined, wanted: Lock): boolean =>
  held !== undefined && held.until >= wanted.until && STRENGTH[held.mode] >= STRENGTH[wanted.mode];

/** The later and the firmer of two. */
export function stronger(a: Lock, b: Lock | undefined): Lock {
  if (!b) return a;
  return {
    mode: STRENGTH[a.mode] >= STRENGTH[b.mode] ? a.mode : b.mode,
    until: a.until >= b.until ? a.until : b.until,
  };
}
