import type { DocumentStore, Filter, Query } from '../../storage/documents/document-store.ts';
import type { AnyKind, StateOf } from './kind.ts';

interface Parts {
  documents: DocumentStore;
}

const PAGE = 200;

/** A page of the views of a kind, as its fold types them. */
export async function findViews<K extends AnyKind>(
  { documents }: Parts,
  kind: K,
  { after, ...query }: Query,
): Promise<{ items: StateOf<K>[]; next?: string }> {
  const { items, next } = await documents.find(kind.name, { ...query, ...(after && { after }) });
  return { items: items.map(({ body }) => body as StateOf<K>), ...(next && { next }) };
}

/** All views of a chain that a filter finds, page by page. One that changes meanwhile may be missed: look again. */
export async function* everyView<K extends AnyKind>(
  parts: Parts,
  kind: K,
  query: Pick<Query, 'chain' | 'filter' | 'sort'>,
): AsyncGenerator<StateOf<K>> {
  let after: string | undefined;
  do {
    const page = await findViews(parts, kind, { ...query, limit: PAGE, after });
    yield* page.items;
    after = page.next;
  } while (after);
}

/** Views by id, in the order asked for. An id of another chain is as one that nobody has. */
export async function viewsById<K extends AnyKind>(
  { documents }: Parts,
  kind: K,
  chain: string,
  ids: Iterable<string>,
): Promise<Map<string, StateOf<K>>> {
  const found = await documents.getMany(kind.name, [...new Set(ids)]);
  const own = found.filter((document) => document.chain === chain);
  return new Map(own.map(({ id, body }) => [id, body as StateOf<K>]));
}

/** What things of a kind are called now, by id, in the order asked for. */
export async function namesOf<K extends AnyKind>(parts: Parts, kind: K, chain: string, ids: Iterable<string>) {
  const views = await viewsById(parts, kind, chain, ids);
  return new Map([...views].map(([id, { name }]) => [id, name as string]));
}

/** The filter for an instant in [from, to), either of which may be open. */
export const between = (path: string, from: string | undefined, to: string | undefined): Filter[] =>
  from || to ? [{ [path]: { ...(from && { $gte: from }), ...(to && { $lt: to }) } }] : [];
