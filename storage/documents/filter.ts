/** Filters as SQL over the tables of documents; the language is in document-store.ts. Values never enter the text of a statement. */
import { createHash } from 'node:crypto';
import { queryTerms } from './bigrams.ts';
import { type Condition, type Filter, type KindSpec, NotDeclared, type Scalar } from './document-store.ts';
import { encodeScalar, endOfType, startOfType } from './index-values.ts';

export type Parameter = string | number | Uint8Array;

export interface Sql {
  text: string;
  parameters: Parameter[];
}

export interface Where extends Sql {
  /** Selects of ids, each holding all that the filter can match; the one with the fewest is a good beginning. */
  drivers: Sql[];
  /** Bounds that must hold, on the column `value` of a path's index. */
  intervals: Interval[];
}

export interface Interval extends Sql {
  path: string;
}

export interface Scope {
  spec: KindSpec;
  chain: string;
  /** The expression in the statement that is the document's id. */
  id: string;
}

const BOUNDS: Record<string, string> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' };

/** Throws NotDeclared on a path that is no index, TypeError on a form that the language does not have. */
export function compileFilter(filter: Filter | undefined, scope: Scope): Where {
  const parts = Object.entries(filter ?? {}).map(([name, value]) => compileMember(name, value, scope));
  return {
    ...join(parts, ' AND ', '1'),
    drivers: parts.flatMap((part) => part.drivers),
    intervals: parts.flatMap((part) => part.intervals),
  };
}

/** The word that marks a text's kind and chain; its first character is a word of no text. */
export function scopeTerm(kind: string, chain: string): string {
  return `\u{E000}${createHash('sha256').update(`${kind}\0${chain}`).digest('hex').slice(0, 20)}`;
}

/** Whether a path may be used in a filter or sort of the kind. */
export function checkPath({ kind, indexes }: KindSpec, path: string): void {
  if (path !== 'id' && !indexes.includes(path)) throw new NotDeclared(`${path} is no declared index of ${kind}`);
}

function compileMember(name: string, value: Filter[string], scope: Scope): Where {
  if (name === '$and' || name === '$or') {
    if (!Array.isArray(value)) throw new TypeError(`${name} takes a list of filters`);
    const parts = value.map((each: Filter) => compileFilter(each, scope));
    if (name === '$or') return { ...join(parts, ' OR ', '0'), drivers: [], intervals: [] };
    return {
      ...join(parts, ' AND ', '1'),
      drivers: parts.flatMap((part) => part.drivers),
      intervals: parts.flatMap((part) => part.intervals),
    };
  }
  if (name === '$text') return textCondition(value, scope);
  checkPath(scope.spec, name);
  return pathCondition(name, value as Condition, scope);
}

function pathCondition(path: string, condition: Condition, scope: Scope): Where {
  if (condition === null || typeof condition !== 'object') return oneOf(path, [condition], scope);
  const operators = Object.entries(condition);
  const names = operators.map(([operator]) => operator).join();
  if (names === '$in') return oneOf(path, listOf(operators[0]?.[1]), scope);
  if (names === '$ne') {
    const { text, parameters } = oneOf(path, [operators[0]?.[1] as Scalar], scope);
    return { text: `NOT ${text}`, parameters, drivers: [], intervals: [] };
  }
  if (operators.length === 0) throw new TypeError(`the condition on ${path} is empty`);
  const bounds = operators.map(([operator, value]) => bound(path, operator, value as Scalar, scope));
  return { ...join(bounds, ' AND ', '1'), drivers: [], intervals: bounds.flatMap((each) => each.interval ?? []) };
}

function listOf(value: unknown): Scalar[] {
  if (!Array.isArray(value)) throw new TypeError('$in takes a list');
  return value;
}

function oneOf(path: string, values: readonly Scalar[], scope: Scope): Where {
  if (path === 'id') {
    for (const value of values) encodeScalar(value);
    const ids = JSON.stringify(values.filter((value) => typeof value === 'string'));
    const driver = {
      text: 'SELECT id FROM documents WHERE kind = ? AND chain = ? AND id IN (SELECT value FROM json_each(?))',
      parameters: [scope.spec.kind, scope.chain, ids],
    };
    return {
      text: `${scope.id} IN (SELECT value FROM json_each(?))`,
      parameters: [ids],
      drivers: [driver],
      intervals: [],
    };
  }
  const encoded = values.map(encodeScalar);
  const [only] = encoded;
  const [match, value] =
    encoded.length === 1 && only
      ? ['= ?', only]
      : [
          'IN (SELECT unhex(value) FROM json_each(?))',
          JSON.stringify(encoded.map((v) => Buffer.from(v).toString('hex'))),
        ];
  const { spec, chain, id } = scope;
  return {
    text: `EXISTS (SELECT 1 FROM document_keys k WHERE k.kind = ? AND k.path = ? AND k.chain = ? AND k.id = ${id} AND k.value ${match})`,
    parameters: [spec.kind, path, chain, value],
    drivers: [
      {
        text: `SELECT id FROM document_keys WHERE kind = ? AND path = ? AND chain = ? AND value ${match}`,
        parameters: [spec.kind, path, chain, value],
      },
    ],
    intervals: [],
  };
}

function bound(
  path: string,
  operator: string,
  value: Scalar,
  { spec, chain, id }: Scope,
): Sql & { interval?: Interval } {
  const sign = Object.hasOwn(BOUNDS, operator) ? BOUNDS[operator] : undefined;
  if (!sign) throw new TypeError(`${operator} is no operator, or not beside others, on ${path}`);
  const encoded = encodeScalar(value);
  if (path === 'id') {
    return typeof value === 'string' ? { text: `${id} ${sign} ?`, parameters: [value] } : { text: '0', parameters: [] };
  }
  const upwards = sign.startsWith('>');
  const limit = upwards ? endOfType(encoded) : startOfType(encoded);
  return {
    text: `EXISTS (SELECT 1 FROM document_keys k INDEXED BY document_keys_id WHERE k.kind = ? AND k.id = ${id} AND k.path = ? AND k.chain = ? AND k.value ${sign} ? AND k.value ${upwards ? '<' : '>='} ?)`,
    parameters: [spec.kind, path, chain, encoded, limit],
    interval: { path, text: `value ${sign} ? AND value ${upwards ? '<' : '>='} ?`, parameters: [encoded, limit] },
  };
}

/** Terms hold letters, marks and digits only, and stand in quotes: nothing of FTS5's query language can come through. */
function textCondition(query: unknown, { spec, chain, id }: Scope): Where {
  if (typeof query !== 'string') throw new TypeError('$text takes a string');
  if (!spec.text) throw new NotDeclared(`${spec.kind} has no full text`);
  const terms = queryTerms(query);
  if (terms.length === 0) return { text: '0', parameters: [], drivers: [], intervals: [] };
  const match = [`"${scopeTerm(spec.kind, chain)}"`, ...terms.map((t) => `"${t.text}"${t.prefix ? '*' : ''}`)];
  const driver = {
    text: 'SELECT x.id AS id FROM documents_text f CROSS JOIN documents x ON x.n = f.rowid WHERE documents_text MATCH ? AND x.kind = ? AND x.chain = ?',
    parameters: [match.join(' AND '), spec.kind, chain],
  };
  return { text: `${id} IN (${driver.text})`, parameters: driver.parameters, drivers: [driver], intervals: [] };
}

function join(parts: readonly Sql[], operator: ' AND ' | ' OR ', none: string): Sql {
  if (parts.length === 0) return { text: none, parameters: [] };
  return {
    text: `(${parts.map((part) => part.text).join(operator)})`,
    parameters: parts.flatMap((part) => part.parameters),
  };
}
