import { createHash } from 'node:crypto';
import { Schema } from 'mongoose';
import { documentIndexes } from '../mongo/schema.ts';
import { termsOf } from './bigrams.ts';
import { parseBody } from './body.ts';
import { digestOf } from './document-digest.ts';
import type { JsonObject, KindSpec } from './document-store.ts';
import { indexValues, stringsAt } from './index-values.ts';

/** Raised when terms or index values are derived in another way, so that documents are indexed again. */
const DERIVATION = 1;
/** No declared path begins so. */
const WORDS = '$text';

/** A document as it rests in MongoDB. */
export interface StoredRow {
  _id: string;
  chain: string;
  version: number;
  /** JSON text, since BSON holds neither every string nor every name that JSON does. */
  body: string;
  digest: Buffer;
  /** The declaration by which `keys` and `lead` were derived. */
  by: string;
  /** `<path>=<value>` for every value of every declared index, as index-values.ts encodes it, in hex; `$text=<term>` for full text. */
  keys: string[];
  /** The least value at each declared index, in hex, by the path with `/` for `.`: what the document is sorted by. */
  lead: Record<string, string>;
}

/** Collection and indexes of a kind. */
export function rowSchema({ kind, indexes }: KindSpec): Schema<StoredRow> {
  const schema = new Schema<StoredRow>(
    {
      _id: { type: String, required: true },
      chain: { type: String, required: true },
      version: { type: Number, required: true },
      body: { type: String, required: true },
      digest: { type: Buffer, required: true },
      by: { type: String, required: true },
      keys: { type: [String], required: true },
      lead: { type: Schema.Types.Mixed, required: true },
    },
    {
      collection: `documents.${kind}`,
      versionKey: false,
      minimize: false,
      autoIndex: false,
      autoCreate: false,
      strict: 'throw',
    },
  );
  for (const index of documentIndexes(indexes)) schema.index(...index);
  return schema;
}

/** Of `keys`: a value of an index, as index-values.ts encodes it. */
export const keyOfValue = (path: string, value: Uint8Array) => `${path}=${hexOf(value)}`;

/** Of `keys`: a term of full text. */
export const keyOfWord = (term: string) => `${WORDS}=${term}`;

/** Lower case: its order is that of the bytes. */
export const hexOf = (value: Uint8Array) => Buffer.from(value).toString('hex');

/** What a body is found and sorted by. */
export function derive(spec: KindSpec, body: JsonObject): Pick<StoredRow, 'by' | 'keys' | 'lead'> {
  const values = spec.indexes.map((path) => ({ path, values: indexValues(body, path) }));
  const words = spec.text === undefined ? [] : stringsAt(body, spec.text).flatMap(termsOf);
  return {
    by: declarationOf(spec),
    keys: [
      ...values.flatMap(({ path, values }) => values.map((value) => keyOfValue(path, value))),
      ...new Set(words.map(keyOfWord)),
    ],
    lead: Object.fromEntries(
      values.map(({ path, values }) => [path.replaceAll('.', '/'), hexOf(values[0] as Uint8Array)]),
    ),
  };
}

/** Changes when a kind's documents must be indexed again. */
export function declarationOf({ indexes, text }: KindSpec): string {
  const declaration = JSON.stringify([DERIVATION, [...new Set(indexes)].sort(), text ?? null]);
  return createHash('sha256').update(declaration).digest('hex').slice(0, 16);
}

/** What is wrong with a stored row; undefined when nothing is. */
export function faultOf(spec: KindSpec, row: StoredRow): string | undefined {
  const body = parseBody(String(row.body));
  if (!body) return 'body is no JSON object';
  const { _id: id, chain, version } = row;
  if (!digestOf(spec.kind, { id, chain, version }, row.body).equals(row.digest)) return 'digest differs';
  const { keys, lead } = derive(spec, body);
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const sorted = (names: unknown) => Object.entries(names ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return same(keys, row.keys) && same(sorted(lead), sorted(row.lead)) ? undefined : 'index values differ';
}
