/** Finding documents: from the narrowest condition when it is narrow, else along the sort's index. Runs in the database's thread. */
import type { Connection } from '../sqlite/connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { Filter, KindSpec, Query } from './document-store.ts';
import { checkPath, compileFilter, type Sql } from './filter.ts';
import type { DocumentRow, documentRows } from './sqlite-rows.ts';

/** So many ids are sorted in memory rather than met along an index. */
const NARROW = 5000;

export interface FoundRows {
  rows: DocumentRow[];
  next?: string;
}

/** Where a search begins: `b` is the table of ids, `value` the expression of the sort value when the sort is by a path. */
interface Start {
  from: Sql;
  where: Sql;
  value: string | undefined;
}

export function documentSearch(connection: Connection, rows: ReturnType<typeof documentRows>) {
  const all = ({ text, parameters }: Sql) => connection.sql(text).all(...parameters);

  const narrowest = (drivers: readonly Sql[], most: number): Sql | undefined => {
    const counted = drivers.map((driver) => {
      const [row] = all({
        text: `SELECT count(*) AS n FROM (${driver.text} LIMIT ${NARROW + 1})`,
        parameters: driver.parameters,
      });
      return { driver, n: Number(row?.n) };
    });
    counted.sort((a, b) => a.n - b.n);
    const [best] = counted;
    return best && best.n <= most ? best.driver : undefined;
  };

  return {
    find(spec: KindSpec, { chain, filter, sort, limit, after }: Query): FoundRows {
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit is a whole number above 0');
      const path = sort && sort.path !== 'id' ? sort.path : undefined;
      if (path) checkPath(spec, path);
      const where = compileFilter(filter, { spec, chain, id: 'b.id' });
      const start = startOf(spec, chain, path, narrowest(where.drivers, NARROW));
      const keys = start.value ? [start.value, 'b.id'] : ['b.id'];
      const direction = sort?.descending ? 'DESC' : 'ASC';
      const rest = after === undefined ? everything : restAfter(keys, sort, after);
      const found = all({
        text: `SELECT b.id AS id, ${start.value ?? 'NULL'} AS value FROM ${start.from.text} WHERE ${start.where.text} AND ${where.text} AND ${rest.text} ORDER BY ${keys.map((key) => `${key} ${direction}`).join(', ')} LIMIT ?`,
        parameters: [
          ...start.from.parameters,
          ...start.where.parameters,
          ...where.parameters,
          ...rest.parameters,
          limit + 1,
        ],
      });
      const page = found.slice(0, limit);
      const last = page.at(-1);
      const next =
        found.length > limit && last
          ? writeCursor(sort, { value: last.value as Uint8Array | undefined, id: String(last.id) })
          : undefined;
      const items = page.map(({ id }) => rows.read(spec.kind, String(id))).filter((row) => row !== undefined);
      return { rows: items, ...(next === undefined ? {} : { next }) };
    },

    count(spec: KindSpec, chain: string, filter: Filter | undefined): number {
      const where = compileFilter(filter, { spec, chain, id: 'b.id' });
      const start = startOf(spec, chain, undefined, narrowest(where.drivers, NARROW + 1));
      const [row] = all({
        text: `SELECT count(*) AS n FROM ${start.from.text} WHERE ${start.where.text} AND ${where.text}`,
        parameters: [...start.from.parameters, ...start.where.parameters, ...where.parameters],
      });
      return Number(row?.n);
    },
  };
}

const everything: Sql = { text: '1', parameters: [] };

function startOf({ kind }: KindSpec, chain: string, path: string | undefined, driver: Sql | undefined): Start {
  if (driver) {
    const from = `(SELECT DISTINCT id FROM (${driver.text})) b`;
    if (!path) return { from: { text: from, parameters: driver.parameters }, where: everything, value: undefined };
    const join =
      'CROSS JOIN document_keys s INDEXED BY document_keys_id ON s.kind = ? AND s.id = b.id AND s.path = ? AND s.chain = ? AND s.lead = 1';
    return {
      from: { text: `${from} ${join}`, parameters: [...driver.parameters, kind, path, chain] },
      where: everything,
      value: 's.value',
    };
  }
  if (path) {
    return {
      from: { text: 'document_keys b', parameters: [] },
      where: { text: 'b.kind = ? AND b.path = ? AND b.chain = ? AND b.lead = 1', parameters: [kind, path, chain] },
      value: 'b.value',
    };
  }
  return {
    from: { text: 'documents b', parameters: [] },
    where: { text: 'b.kind = ? AND b.chain = ?', parameters: [kind, chain] },
    value: undefined,
  };
}

/** What comes after a cursor, by the same keys as the order: stable whatever is written meanwhile. */
function restAfter(keys: readonly string[], sort: Query['sort'], after: string): Sql {
  const { value, id } = readCursor(sort, after);
  return {
    text: `(${keys.join(', ')}) ${sort?.descending ? '<' : '>'} (${keys.map(() => '?').join(', ')})`,
    parameters: value ? [value, id] : [id],
  };
}
