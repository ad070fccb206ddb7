/** What documents do in the database's thread; their contract is in document-store.ts. */
import type { Connection } from '../sqlite/connection.ts';
import { type Filter, type KindSpec, NotDeclared, type Query } from './document-store.ts';
import { type DocumentRow, documentRows } from './sqlite-rows.ts';
import { documentSearch, type FoundRows } from './sqlite-search.ts';

/** Part of a kind's declaration: raised when terms or index values are derived in another way, so that kinds are indexed again. */
const DERIVATION = 1;

/** The port's operations on one connection; kinds are declared first. */
export function documentOperations(connection: Connection) {
  const sql = (text: string) => connection.sql(text);
  const rows = documentRows(connection);
  const search = documentSearch(connection, rows);
  const specs = new Map<string, KindSpec>();
  const stale = new Set<string>();

  const spec = (kind: string): KindSpec => {
    const known = specs.get(kind);
    if (!known) throw new NotDeclared(`${kind} is no declared kind of document`);
    return known;
  };

  const indexed = (kind: string): KindSpec => {
    if (stale.has(kind))
      throw new NotDeclared(`${kind} was indexed by another version and must be opened for writing first`);
    return spec(kind);
  };

  const numbers = (kind: string): number[] =>
    sql('SELECT n FROM documents WHERE kind = ? ORDER BY id')
      .all(kind)
      .map(({ n }) => Number(n));

  /** A row that cannot even be read is one fault, and does not end the search for others. */
  const faultOf = (kind: string, n: number): { id: string; fault: string } | undefined => {
    try {
      return rows.fault(spec(kind), n, !stale.has(kind));
    } catch (error) {
      if (error instanceof NotDeclared) throw error;
      return { id: `row ${n}`, fault: (error as Error).message };
    }
  };

  return {
    reads: {
      /** Takes the declarations; answers with the kinds whose documents were indexed by another one. */
      'documents.declare': (kinds: readonly KindSpec[]): string[] => {
        for (const each of kinds) {
          specs.set(each.kind, each);
          const stored = sql('SELECT declaration FROM document_kinds WHERE kind = ?').get(each.kind)?.declaration;
          if (stored !== declarationOf(each)) stale.add(each.kind);
        }
        return [...stale];
      },
      'documents.get': (kind: string, ids: readonly string[]): DocumentRow[] =>
        ids.map((id) => rows.read(spec(kind).kind, id)).filter((row) => row !== undefined),
      'documents.find': (kind: string, query: Query): FoundRows => search.find(indexed(kind), query),
      'documents.count': (kind: string, chain: string, filter: Filter | undefined): number =>
        search.count(indexed(kind), chain, filter),
      /** Row numbers of a kind, by id. */
      'documents.numbers': (kind: string): number[] => numbers(spec(kind).kind),
      'documents.rows': (ns: readonly number[]): DocumentRow[] =>
        ns
          .map((n) => sql('SELECT id, chain, version, body FROM documents WHERE n = ?').get(n))
          .filter((row) => row !== undefined) as unknown as DocumentRow[],
      'documents.faults': (kind: string, ns: readonly number[]): { id: string; fault: string }[] =>
        ns.map((n) => faultOf(kind, n)).filter((fault) => fault !== undefined),
    },
    writes: {
      'documents.reindex': (kind: string): void => {
        sql('DELETE FROM document_keys WHERE kind = ?').run(kind);
        sql('DELETE FROM documents_text WHERE rowid IN (SELECT n FROM documents WHERE kind = ?)').run(kind);
        for (const n of numbers(kind)) rows.reindex(spec(kind), n);
        sql('INSERT OR REPLACE INTO document_kinds (kind, declaration) VALUES (?, ?)').run(
          kind,
          declarationOf(spec(kind)),
        );
        stale.delete(kind);
      },
      'documents.save': (documents: readonly (DocumentRow & { kind: string })[]): boolean[] =>
        documents.map(({ kind, ...row }) => {
          const version = rows.version(spec(kind).kind, row.id);
          if (version !== undefined && version >= row.version) return false;
          rows.write(spec(kind), row);
          return true;
        }),
      'documents.swap': (kind: string, row: DocumentRow, expected: number | undefined): boolean => {
        if (rows.version(spec(kind).kind, row.id) !== expected) return false;
        rows.write(spec(kind), row);
        return true;
      },
      'documents.delete': (kind: string, ids: readonly string[]): void => {
        for (const id of ids) rows.delete(spec(kind).kind, id);
      },
      'documents.deleteKind': (kind: string): void => rows.deleteKind(spec(kind).kind),
    },
  };
}

function declarationOf({ indexes, text }: KindSpec): string {
  return JSON.stringify([DERIVATION, [...new Set(indexes)].sort(), text ?? null]);
}
