/**
 * The port of documents: JSON by kind and id, with declared indexes and a small subset of MongoDB's query language.
 *
 * Order of values, in filters and sorts: empty array, absent or null, numbers, strings (by UTF-8 bytes), booleans. Only the first 256
 * bytes of a string count in an order; equality is of the whole string.
 * What an engine must keep is in test/contracts/document-store.ts and document-search.ts.
 */

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

export interface Document {
  kind: string;
  /** Unique in its kind, over all chains. Well-formed Unicode without NUL, 1 to 512 UTF-16 units. */
  id: string;
  chain: string;
  /** Version of the stream that the body is a fold of, or a counter of the working state's own. */
  version: number;
  body: JsonObject;
}

export interface KindSpec {
  kind: string;
  /** A view can be rebuilt from the ledger; state is working state and never evidence. */
  sort: 'view' | 'state';
  /** Dot paths into the body; arrays on the way and at the end are matched element by element, as MongoDB does. */
  indexes: readonly string[];
  /** Dot path of the string (or strings, in an array) that `$text` searches. */
  text?: string;
}

export type Scalar = string | number | boolean | null;

/** Bounds compare within one type, as MongoDB does; on an array each bound may be met by another element. `$ne`: no element equals. */
export type Condition =
  | Scalar
  | { $in: readonly Scalar[] }
  | { $ne: Scalar }
  | { $gt?: Scalar; $gte?: Scalar; $lt?: Scalar; $lte?: Scalar };

/**
 * Everything in one filter must hold. Paths are declared indexes of the kind, or `id`; any other throws NotDeclared. A condition that is
 * undefined throws, since leaving it out would widen the answer. `null` also matches what is absent.
 */
export interface Filter {
  $and?: readonly Filter[];
  $or?: readonly Filter[];
  /** A user's words; all of them must be found. See bigrams.ts. A query without any word finds nothing. */
  $text?: string;
  [path: string]: Condition | readonly Filter[] | undefined;
}

export interface Query {
  chain: string;
  filter?: Filter;
  /** A declared index path that holds scalars (of an array its least element counts), or `id`. Ties by id, in the same direction; without a sort, by id. */
  sort?: { path: string; descending?: boolean };
  limit: number;
  /** The `next` of the page before, of the same kind and sort; anything else throws InvalidCursor. */
  after?: string;
}

export interface Page {
  items: Document[];
  /** Opaque; absent on the last page. */
  next?: string;
}

export interface DocumentStore {
  get(kind: string, id: string): Promise<Document | undefined>;

  /** Those that are there, in the order asked for. */
  getMany(kind: string, ids: readonly string[]): Promise<Document[]>;

  /**
   * Each is written when it is absent or its stored version is lower; says which were. Each whole, those of a later kind after those before;
   * where the engine has transactions, all in one. Durable on resolve.
   */
  save(documents: readonly Document[]): Promise<boolean[]>;

  /** Compare-and-swap: written, and true, when the stored version is `expected` (undefined: when it is absent). Durable on resolve. */
  swap(document: Document, expected: number | undefined): Promise<boolean>;

  /** Ids that are not there are passed over. */
  delete(kind: string, ids: readonly string[]): Promise<void>;

  /** Drops every document of a kind, of all chains: the beginning of a rebuild. */
  deleteKind(kind: string): Promise<void>;

  /** A page of one chain. A document that does not change between two pages is on exactly one of them. */
  find(kind: string, query: Query): Promise<Page>;

  count(kind: string, chain: string, filter?: Filter): Promise<number>;

  /** Every document of the kind, of all chains, by id; one whose body is no JSON is passed over (`faults` names it). */
  all(kind: string): AsyncIterable<Document>;

  /** Documents that are no longer what was written: digest, JSON or index values differ. */
  faults(kind: string): AsyncIterable<{ id: string; fault: string }>;
}

/** A kind or path was used that the store was not built with: a fault of the program. */
export class NotDeclared extends Error {
  override name = 'NotDeclared';
}

/** A page cursor that this query did not give out. */
export class InvalidCursor extends Error {
  override name = 'InvalidCursor';
}

/** A stored body that is no JSON object any more. */
export class DocumentDamaged extends Error {
  override name = 'DocumentDamaged';
}
