/** Filters of document-store.ts as MongoDB's own, over the keys of rows (mongo-rows.ts). Values never stand where an operator could. */
import { queryTerms } from './bigrams.ts';
import { type Condition, type Filter, type KindSpec, NotDeclared, type Scalar } from './document-store.ts';
import { checkPath } from './filter.ts';
import { encodeScalar, endOfType, startOfType } from './index-values.ts';
import { keyOfValue, keyOfWord } from './mongo-rows.ts';

export type MongoFilter = Record<string, unknown>;

const BOUNDS = ['$gt', '$gte', '$lt', '$lte'];
/** Sorts after every term that begins as it does. */
const LAST = '\u{10FFFF}';
const NOTHING: MongoFilter = { _id: { $in: [] } };

/** Throws NotDeclared on a path that is no index, TypeError on a form that the language does not have. */
export function mongoFilter(spec: KindSpec, filter: Filter = {}): MongoFilter {
  return every(Object.entries(filter).map(([name, value]) => member(spec, name, value)));
}

/** MongoDB takes no empty list. */
export function every(parts: readonly MongoFilter[]): MongoFilter {
  return parts.length === 0 ? {} : { $and: parts };
}

function member(spec: KindSpec, name: string, value: Filter[string]): MongoFilter {
  if (name === '$and' || name === '$or') {
    if (!Array.isArray(value)) throw new TypeError(`${name} takes a list of filters`);
    const parts = value.map((each: Filter) => mongoFilter(spec, each));
    if (name === '$and') return every(parts);
    return parts.length === 0 ? NOTHING : { $or: parts };
  }
  if (name === '$text') return text(spec, value);
  checkPath(spec, name);
  return condition(name, value as Condition);
}

function condition(path: string, wanted: Condition): MongoFilter {
  if (wanted === null || typeof wanted !== 'object') return oneOf(path, [wanted]);
  const operators = Object.entries(wanted);
  const names = operators.map(([operator]) => operator).join();
  if (names === '$in') return oneOf(path, listOf(operators[0]?.[1]));
  if (names === '$ne') return { $nor: [oneOf(path, [operators[0]?.[1] as Scalar])] };
  if (operators.length === 0) throw new TypeError(`the condition on ${path} is empty`);
  return every(operators.map(([operator, value]) => bound(path, operator, value as Scalar)));
}

function listOf(value: unknown): Scalar[] {
  if (!Array.isArray(value)) throw new TypeError('$in takes a list');
  return value;
}

function oneOf(path: string, values: readonly Scalar[]): MongoFilter {
  const encoded = values.map(encodeScalar);
  if (path === 'id') return { _id: { $in: values.filter((value) => typeof value === 'string') } };
  return { keys: { $in: encoded.map((value) => keyOfValue(path, value)) } };
}

/** Each bound stands in an element match of its own: of an array, another element may meet another bound. */
function bound(path: string, operator: string, value: Scalar): MongoFilter {
  if (!BOUNDS.includes(operator)) throw new TypeError(`${operator} is no operator, or not beside others, on ${path}`);
  const encoded = encodeScalar(value);
  if (path === 'id') return typeof value === 'string' ? { _id: { [operator]: value } } : NOTHING;
  const own = { [operator]: keyOfValue(path, encoded) };
  const type = operator.startsWith('$gt')
    ? { $lt: keyOfValue(path, endOfType(encoded)) }
    : { $gte: keyOfValue(path, startOfType(encoded)) };
  return { keys: { $elemMatch: { ...own, ...type } } };
}

function text(spec: KindSpec, query: unknown): MongoFilter {
  if (typeof query !== 'string') throw new TypeError('$text takes a string');
  if (!spec.text) throw new NotDeclared(`${spec.kind} has no full text`);
  const terms = queryTerms(query);
  if (terms.length === 0) return NOTHING;
  return every(
    terms.map((term) => {
      const key = keyOfWord(term.text);
      return { keys: term.prefix ? { $elemMatch: { $gte: key, $lt: key + LAST } } : key };
    }),
  );
}
