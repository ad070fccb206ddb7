import type { Connection, IndexDefinition, IndexOptions } from 'mongoose';

/**
 * Brings a database forward by one version. It may be cut short and done again, and two processes that start may do it at once: each step
 * must stand that.
 */
export type Migration = (connection: Connection) => Promise<void>;

/** Version 1 is what the indexes below make of an empty database; each migration is one more. Those of a release are never changed. */
export const FIRST_VERSION = 1;
/** In their order; the first makes version 2. */
export const MIGRATIONS: readonly Migration[] = [];

export type Index = [IndexDefinition, IndexOptions?];

/** Of the entries. Sparse: an entry without claims, and one with nothing pending, is in no index of them. */
export const ENTRY_INDEXES: readonly Index[] = [
  [{ chain: 1, seq: 1 }, { unique: true }],
  [{ chain: 1, stream: 1, version: 1 }, { unique: true }],
  [{ claims: 1 }, { unique: true, sparse: true }],
  [{ pending: 1 }, { sparse: true }],
];

/** Of a kind of documents: one for every equality, range and word, one for each sort. */
export const documentIndexes = (paths: readonly string[]): Index[] => [
  [{ chain: 1, keys: 1 }],
  [{ chain: 1, _id: 1 }],
  [{ by: 1 }],
  ...paths.map((path): Index => [{ chain: 1, [leadOf(path)]: 1, _id: 1 }]),
];

/** The field of a row that holds the least value at a path. */
export const leadOf = (path: string) => `lead.${path.replaceAll('.', '/')}`;
