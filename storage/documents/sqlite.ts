import type { SqliteDatabase } from '../sqlite/client.ts';
import { parseBody } from './body.ts';
import { checkDocument } from './check-document.ts';
import {
  type Document,
  DocumentDamaged,
  type DocumentStore,
  type Filter,
  type KindSpec,
  type Page,
  type Query,
} from './document-store.ts';
import type { DocumentRow } from './sqlite-rows.ts';

const PAGE = 100;

/** Documents in the embedded database. */
export class SqliteDocumentStore implements DocumentStore {
  readonly #database: SqliteDatabase;
  /** Kinds whose index is of another declaration: only when the database is open for reading. */
  readonly #stale: readonly string[];

  private constructor(database: SqliteDatabase, stale: readonly string[]) {
    this.#database = database;
    this.#stale = stale;
  }

  /**
   * The store for these kinds; one per database. Kinds that were indexed by another declaration are indexed again first; when the
   * database is open for reading only, searching such a kind throws NotDeclared instead.
   */
  static async open(database: SqliteDatabase, kinds: readonly KindSpec[]): Promise<SqliteDocumentStore> {
    const copies = kinds.map(({ kind, sort, indexes, text }): KindSpec => {
      return { kind, sort, indexes: [...new Set(indexes)], ...(text === undefined ? {} : { text }) };
    });
    const stale = await database.call('documents.declare', copies);
    if (!database.readOnly) for (const kind of stale) await database.call('documents.reindex', kind);
    return new SqliteDocumentStore(database, database.readOnly ? stale : []);
  }

  async get(kind: string, id: string): Promise<Document | undefined> {
    return (await this.getMany(kind, [id]))[0];
  }

  async getMany(kind: string, ids: readonly string[]): Promise<Document[]> {
    const rows = await this.#database.call('documents.get', kind, ids);
    return rows.map((row) => documentOf(kind, row));
  }

  async save(documents: readonly Document[]): Promise<boolean[]> {
    if (documents.length === 0) return [];
    return this.#database.call(
      'documents.save',
      documents.map((document) => ({ kind: document.kind, ...rowOf(document) })),
    );
  }

  async swap(document: Document, expected: number | undefined): Promise<boolean> {
    return this.#database.call('documents.swap', document.kind, rowOf(document), expected);
  }

  delete(kind: string, ids: readonly string[]): Promise<void> {
    return this.#database.call('documents.delete', kind, ids);
  }

  deleteKind(kind: string): Promise<void> {
    return this.#database.call('documents.deleteKind', kind);
  }

  async find(kind: string, query: Query): Promise<Page> {
    const { rows, next } = await this.#database.call('documents.find', kind, query);
    return { items: rows.map((row) => documentOf(kind, row)), ...(next === undefined ? {} : { next }) };
  }

  count(kind: string, chain: string, filter?: Filter): Promise<number> {
    return this.#database.call('documents.count', kind, chain, filter);
  }

  async *all(kind: string): AsyncGenerator<Document> {
    for await (const ns of this.#numbers(kind)) {
      for (const row of await this.#database.call('documents.rows', ns)) {
        const body = parseBody(row.body);
        if (body) yield { kind, id: row.id, chain: row.chain, version: row.version, body };
      }
    }
  }

  async *faults(kind: string): AsyncGenerator<{ id: string; fault: string }> {
    if (this.#stale.includes(kind)) yield { id: '*', fault: 'indexed by another declaration' };
    for await (const ns of this.#numbers(kind)) yield* await this.#database.call('documents.faults', kind, ns);
  }

  /** By row number, which a damaged id cannot lead astray. */
  async *#numbers(kind: string): AsyncGenerator<number[]> {
    const all = await this.#database.call('documents.numbers', kind);
    for (let at = 0; at < all.length; at += PAGE) yield all.slice(at, at + PAGE);
  }
}

function rowOf(document: Document): DocumentRow {
  checkDocument(document);
  const { id, chain, version, body } = document;
  return { id, chain, version, body: JSON.stringify(body) };
}

function documentOf(kind: string, { id, chain, version, body: text }: DocumentRow): Document {
  const body = parseBody(text);
  if (!body) throw new DocumentDamaged(`${kind} ${id}: the stored body is no JSON object`);
  return { kind, id, chain, version, body };
}
