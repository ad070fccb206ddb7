/** One document at rest: its row, its index values and its words. Runs in the database's thread. */
import type { Connection } from '../sqlite/connection.ts';
import { termsOf } from './bigrams.ts';
import { parseBody } from './body.ts';
import { digestOf } from './document-digest.ts';
import type { JsonObject, KindSpec } from './document-store.ts';
import { scopeTerm } from './filter.ts';
import { indexValues, stringsAt } from './index-values.ts';

/** A document as it crosses between threads: the body as JSON text. */
export interface DocumentRow {
  id: string;
  chain: string;
  version: number;
  body: string;
}

interface Key {
  path: string;
  chain: string;
  value: Uint8Array;
  lead: number;
}

/** Reading and writing rows with their keys and terms. */
export function documentRows(connection: Connection) {
  const sql = (text: string) => connection.sql(text);

  const storedKeys = (kind: string, id: string): Key[] =>
    sql('SELECT path, chain, value, lead FROM document_keys INDEXED BY document_keys_id WHERE kind = ? AND id = ?').all(
      kind,
      id,
    ) as unknown as Key[];

  const dropKey = (kind: string, id: string, { path, chain, value, lead }: Key) =>
    sql(
      'DELETE FROM document_keys WHERE kind = ? AND path = ? AND chain = ? AND value = ? AND id = ? AND lead = ?',
    ).run(kind, path, chain, value, id, lead);

  /** Writes only what differs: most saves change few indexed values. */
  const writeKeys = (spec: KindSpec, row: DocumentRow, body: JsonObject): void => {
    const wanted = new Map(keysOf(spec, row.chain, body).map((key) => [nameOf(key), key]));
    for (const key of storedKeys(spec.kind, row.id)) {
      if (!wanted.delete(nameOf(key))) dropKey(spec.kind, row.id, key);
    }
    const insert = sql('INSERT INTO document_keys (kind, path, chain, value, id, lead) VALUES (?, ?, ?, ?, ?, ?)');
    for (const { path, chain, value, lead } of wanted.values()) insert.run(spec.kind, path, chain, value, row.id, lead);
  };

  const writeWords = (spec: KindSpec, n: number, row: DocumentRow, body: JsonObject): void => {
    if (spec.text === undefined) return;
    const words = wordsOf(spec, row.chain, body);
    const stored = sql('SELECT words FROM documents_text WHERE rowid = ?').get(n)?.words;
    if (stored === words) return;
    if (stored !== undefined) sql('DELETE FROM documents_text WHERE rowid = ?').run(n);
    sql('INSERT INTO documents_text (rowid, words) VALUES (?, ?)').run(n, words);
  };

  return {
    version: (kind: string, id: string): number | undefined =>
      sql('SELECT version FROM documents WHERE kind = ? AND id = ?').get(kind, id)?.version as number | undefined,

    read: (kind: string, id: string): DocumentRow | undefined =>
      sql('SELECT id, chain, version, body FROM documents WHERE kind = ? AND id = ?').get(kind, id) as
        | DocumentRow
        | undefined,

    write(spec: KindSpec, row: DocumentRow): void {
      const { id, chain, version, body } = row;
      const written = sql(
        `INSERT INTO documents (kind, id, chain, version, body, digest) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (kind, id) DO UPDATE SET chain = excluded.chain, version = excluded.version, body = excluded.body, digest = excluded.digest
         RETURNING n`,
      ).get(spec.kind, id, chain, version, body, digestOf(spec.kind, row, body));
      const parsed = JSON.parse(body) as JsonObject;
      writeKeys(spec, row, parsed);
      writeWords(spec, Number(written?.n), row, parsed);
    },

    delete(kind: string, id: string): void {
      const n = sql('SELECT n FROM documents WHERE kind = ? AND id = ?').get(kind, id)?.n as number | undefined;
      if (n === undefined) return;
      sql('DELETE FROM documents_text WHERE rowid = ?').run(n);
      for (const key of storedKeys(kind, id)) dropKey(kind, id, key);
      sql('DELETE FROM documents WHERE n = ?').run(n);
    },

    deleteKind(kind: string): void {
      sql('DELETE FROM documents_text WHERE rowid IN (SELECT n FROM documents WHERE kind = ?)').run(kind);
      sql('DELETE FROM document_keys WHERE kind = ?').run(kind);
      sql('DELETE FROM documents WHERE kind = ?').run(kind);
    },

    /** Derives index values and words again, of one document by its row number. A body that is no JSON is left for `fault` to name. */
    reindex(spec: KindSpec, n: number): void {
      const row = sql('SELECT id, chain, version, body FROM documents WHERE n = ?').get(n) as unknown as DocumentRow;
      const body = parseBody(row.body);
      if (!body) return;
      writeKeys(spec, row, body);
      writeWords(spec, n, row, body);
    },

    /** What is wrong with a document, by its row number. */
    fault(spec: KindSpec, n: number, checkKeys: boolean): { id: string; fault: string } | undefined {
      const row = sql('SELECT id, chain, version, CAST(body AS BLOB) AS body, digest FROM documents WHERE n = ?').get(
        n,
      );
      if (!row) return undefined;
      const { id, chain, version } = row as unknown as DocumentRow;
      const bytes = row.body instanceof Uint8Array ? row.body : new Uint8Array();
      const digest = row.digest instanceof Uint8Array ? row.digest : new Uint8Array();
      const body = parseBody(Buffer.from(bytes).toString());
      if (!body) return { id: String(id), fault: 'body is no JSON object' };
      if (!digestOf(spec.kind, { id, chain, version }, bytes).equals(digest)) {
        return { id: String(id), fault: 'digest differs' };
      }
      if (!checkKeys) return undefined;
      const wanted = keysOf(spec, chain, body).map(nameOf).sort();
      const stored = storedKeys(spec.kind, id).map(nameOf).sort();
      if (wanted.join() !== stored.join()) return { id, fault: 'index values differ' };
      return undefined;
    },
  };
}

function keysOf(spec: KindSpec, chain: string, body: JsonObject): Key[] {
  return spec.indexes.flatMap((path) =>
    indexValues(body, path).map((value, index) => ({ path, chain, value, lead: index === 0 ? 1 : 0 })),
  );
}

const nameOf = ({ path, chain, value, lead }: Key) =>
  `${path}\0${chain}\0${lead}\0${Buffer.from(value as Uint8Array | string as Uint8Array).toString('hex')}`;

function wordsOf(spec: KindSpec, chain: string, body: JsonObject): string {
  const terms = stringsAt(body, spec.text ?? '').flatMap(termsOf);
  return [scopeTerm(spec.kind, chain), ...new Set(terms)].join(' ');
}
