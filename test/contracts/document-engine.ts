import type {
  Document,
  DocumentStore,
  Filter,
  JsonObject,
  KindSpec,
  Query,
} from '../../storage/documents/document-store.ts';

export interface DocumentEngine {
  place(): Promise<string>;
  open(place: string, kinds: readonly KindSpec[]): Promise<{ store: DocumentStore; close(): Promise<void> }>;
  /** Replaces a part of a stored body behind the closed store's back. */
  damage(place: string, kind: string, id: string, from: string, to: string): Promise<void>;
  discard(place: string): Promise<void>;
}

export const RECORD: KindSpec = {
  kind: 'record',
  sort: 'view',
  indexes: ['n', 'status', 'tags', 'links.caseId', 'place.city'],
  text: 'title',
};
export const LEASE: KindSpec = { kind: 'lease', sort: 'state', indexes: [] };

export const record = (id: string, body: JsonObject, more: Partial<Document> = {}): Document => ({
  kind: 'record',
  id,
  chain: 'a',
  version: 1,
  body,
  ...more,
});

/** A test on a fresh store of the engine. */
export const onFresh = (engine: DocumentEngine) => (use: (store: DocumentStore) => Promise<void>) => async () => {
  const place = await engine.place();
  const { store, close } = await engine.open(place, [RECORD, LEASE]);
  try {
    await use(store);
  } finally {
    await close();
    await engine.discard(place);
  }
};

/** Ids of records of chain `a`, at most 100. */
export const ids = async (store: DocumentStore, filter: Filter, more: Partial<Query> = {}) =>
  (await store.find('record', { chain: 'a', filter, limit: 100, ...more })).items.map(({ id }) => id);
