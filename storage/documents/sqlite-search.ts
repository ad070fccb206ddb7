/** Finding documents: from the narrowest condition when it is narrow, else along the sort's index. Runs in the database's thread. */
import type { Connection } from '../sqlite/connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import type { Filter, KindSpec, Query } from './document-store.ts';
import { checkPath, compileFilter, type Interval, type Sql, type Where } from './filter.ts';
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

/** Pages and counts on one connection. */
export function documentSearch(connection: Connection, rows: ReturnType<typeof documentRows>) {
  const all = ({ text, parameters }: Sql) => connection.sql(text).all(...parameters);

  /** On a path without arrays all bounds are met by one value, so they make one stretch of the index. */
  const stretches = ({ kind }: KindSpec, chain: string, { intervals }: Where): Interval[] => {
    const paths = [...new Set(intervals.map(({ path }) => path))].filter((path) => {
      const text =
        'SELECT 1 FROM document_keys INDEXED BY document_keys_many WHERE kind = ? AND path = ? AND chain = ? AND lead = 0 LIMIT 1';
      return all({ text, parameters: [kind, path, chain] }).length === 0;
    });
    return paths.map((path) => {
      const own = intervals.filter((interval) => interval.path === path);
      return { path, ...and(own) };
    });
  };

  const narrowest = (drivers: readonly Sql[], most: number): Sql | undefined => {
    const counted = drivers.map((driver) => {
      const text = `SELECT count(*) AS n FROM (${driver.text} LIMIT ${NARROW + 1})`;
      return { driver, n: Number(all({ text, parameters: driver.parameters })[0]?.n) };
    });
    counted.sort((a, b) => a.n - b.n);
    const [best] = counted;
    return best && best.n <= most ? best.driver : undefined;
  };

  const start = (spec: KindSpec, chain: string, path: string | undefined, where: Where, most: number): Start => {
    const along = stretches(spec, chain, where);
    const drivers = along.map((stretch) => ({
      text: `SELECT id FROM document_keys WHERE kind = ? AND path = ? AND chain = ? AND ${stretch.text}`,
      parameters: [spec.kind, stretch.path, chain, ...stretch.parameters],
    }));
    const driver = narrowest([...where.drivers, ...drivers], most);
    if (driver) return startAtDriver(spec, chain, path, driver);
    return startAtIndex(spec, chain, path, and(along.filter((stretch) => stretch.path === path)));
  };

  return {
    find(spec: KindSpec, { chain, filter, sort, limit, after }: Query): FoundRows {
      if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit is a whole number above 0');
      const path = sort && sort.path !== 'id' ? sort.path : undefined;
      if (path) checkPath(spec, path);
      const where = compileFilter(filter, { spec, chain, id: 'b.id' });
      const { from, where: begin, value } = start(spec, chain, path, where, NARROW);
      const keys = value ? [value, 'b.id'] : ['b.id'];
      const direction = sort?.descending ? 'DESC' : 'ASC';
      const rest = after === undefined ? everything : restAfter(keys, sort, after);
      const order = keys.map((key) => `${key} ${direction}`).join(', ');
      const found = all({
        text: `SELECT b.id AS id, ${value ?? 'NULL'} AS value FROM ${from.text} WHERE ${and([begin, where, rest]).text} ORDER BY ${order} LIMIT ?`,
        parameters: [...from.parameters, ...and([begin, where, rest]).parameters, limit + 1],
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
      const { from, where: begin } = start(spec, chain, undefined, where, NARROW + 1);
      const [row] = all({
        text: `SELECT count(*) AS n FROM ${from.text} WHERE ${and([begin, where]).text}`,
        parameters: [...from.parameters, ...and([begin, where]).parameters],
      });
      return Number(row?.n);
    },
  };
}

const everything: Sql = { text: '1', parameters: [] };

function and(parts: readonly Sql[]): Sql {
  return {
    text: parts.length === 0 ? '1' : parts.map(({ text }) => text).join(' AND '),
    parameters: parts.flatMap(({ parameters }) => parameters),
  };
}

function startAtDriver({ kind }: KindSpec, chain: string, path: string | undefined, driver: Sql): Start {
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

/** `stretch` is on the sort's own path. */
function startAtIndex({ kind }: KindSpec, chain: string, path: string | undefined, stretch: Sql): Start {
  const from = { text: path ? 'document_keys b' : 'documents b', parameters: [] };
  if (!path)
    return { from, where: { text: 'b.kind = ? AND b.chain = ?', parameters: [kind, chain] }, value: undefined };
  const where = {
    text: `b.kind = ? AND b.path = ? AND b.chain = ? AND b.lead = 1 AND ${stretch.text}`,
    parameters: [kind, path, chain, ...stretch.parameters],
  };
  return { from, where, value: 'b.value' };
}

/** What comes after a cursor, by the same keys as the order: stable whatever is written meanwhile. */
function restAfter(keys: readonly string[], sort: Query['sort'], after: string): Sql {
  const { value, id } = readCursor(sort, after);
  return {
    text: `(${keys.join(', ')}) ${sort?.descending ? '<' : '>'} (${keys.map(() => '?').join(', ')})`,
    parameters: value ? [value, id] : [id],
  };
}
