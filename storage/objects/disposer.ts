import type { EvidenceStore } from './object-store.ts';

/** What keeps an object from being deleted now. */
export interface KeptBy {
  /** Until the last of its locks is over; undefined when only a hold keeps it. */
  until: Date | undefined;
  hold: boolean;
}

/**
 * Whoever deletes evidence for good, by credentials that the service does not have. What may be deleted is for the caller to know. It asks
 * for no lock to be lifted: what is locked stays until its lock is over.
 */
export interface Disposer {
  /** Of every version that there is; undefined when nothing keeps them, or nothing is there. Throws DeletionRefused for one who may not ask. */
  keptBy(key: string): Promise<KeptBy | undefined>;

  /**
   * Deletes every version by its id, and looks that none is left: resolves to how many there were. Idempotent. Throws DeletionRefused for
   * what the store does not let go, and whatever the store throws.
   */
  destroy(key: string): Promise<number>;

  close(): void;
}

/** The store refused: by its rights, or by a lock that came meanwhile. */
export class DeletionRefused extends Error {
  override name = 'DeletionRefused';
}

/** Folders keep no versions and no locks. */
export function folderDisposer(store: EvidenceStore): Disposer {
  return {
    keptBy: async () => undefined,
    destroy: async (key) => {
      const there = (await store.size(key)) !== undefined;
      await store.delete(key);
      if ((await store.size(key)) !== undefined) throw new DeletionRefused(`the file is still there: ${key}`);
      return there ? 1 : 0;
    },
    close: () => {},
  };
}
