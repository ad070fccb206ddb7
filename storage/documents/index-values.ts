/** Values of declared indexes as bytes whose order is the order of values that document-store.ts promises. */
import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue, Scalar } from './document-store.ts';

/** The first byte is the type, in MongoDB's order of types. */
const TAG = { emptyArray: 1, null: 2, number: 3, string: 4, structure: 5, boolean: 6 } as const;
const LONG = 256;

const EMPTY_ARRAY = Uint8Array.of(TAG.emptyArray);
const STRUCTURE = Uint8Array.of(TAG.structure);

/** The distinct values of a body at a dot path, encoded, least first; never none: what is absent counts as null. */
export function indexValues(body: JsonObject, path: string): Uint8Array[] {
  const values = [...valuesAt(body, path.split('.'))].map(encodeElement).sort(Buffer.compare);
  return values.filter((value, index) => index === 0 || Buffer.compare(value, values[index - 1] as Uint8Array) !== 0);
}

/** The strings of a body at a dot path. */
export function stringsAt(body: JsonObject, path: string): string[] {
  return [...valuesAt(body, path.split('.'))].filter((value) => typeof value === 'string');
}

/** Throws a TypeError on what is no scalar, undefined and NaN included. */
export function encodeScalar(value: Scalar): Uint8Array {
  if (value === null) return Uint8Array.of(TAG.null);
  if (typeof value === 'boolean') return Uint8Array.of(TAG.boolean, value ? 1 : 0);
  if (typeof value === 'string') return encodeString(value);
  if (typeof value === 'number' && Number.isFinite(value)) return encodeNumber(value);
  throw new TypeError('a filter compares with strings, finite numbers, booleans and null');
}

/** The least bytes above every value of the same type. */
export function endOfType(encoded: Uint8Array): Uint8Array {
  return Uint8Array.of((encoded[0] as number) + 1);
}

/** The least bytes of the same type. */
export function startOfType(encoded: Uint8Array): Uint8Array {
  return encoded.subarray(0, 1);
}

const EMPTY = Symbol('empty array');

function* valuesAt(node: JsonValue, path: string[]): Generator<JsonValue | typeof EMPTY> {
  if (Array.isArray(node)) {
    if (node.length === 0) yield EMPTY;
    for (const element of node) {
      if (Array.isArray(element)) yield element;
      else yield* valuesAt(element, path);
    }
    return;
  }
  const [name, ...rest] = path;
  if (name === undefined) yield node;
  else if (node === null || typeof node !== 'object' || !Object.hasOwn(node, name)) yield null;
  else yield* valuesAt(node[name] as JsonValue, rest);
}

function encodeElement(value: JsonValue | typeof EMPTY): Uint8Array {
  if (value === EMPTY) return EMPTY_ARRAY;
  return typeof value === 'object' && value !== null ? STRUCTURE : encodeScalar(value);
}

/** Big-endian IEEE 754 with the sign bit turned, negatives turned whole: bytes sort as numbers do. */
function encodeNumber(value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  const view = new DataView(bytes.buffer);
  view.setFloat64(1, value === 0 ? 0 : value);
  const bits = view.getBigUint64(1);
  view.setBigUint64(1, bits >> 63n ? ~bits : bits | (1n << 63n));
  bytes[0] = TAG.number;
  return bytes;
}

/** Long strings keep their beginning, for the order, and a digest of the whole, for equality. */
function encodeString(value: string): Uint8Array {
  const bytes = value.isWellFormed() ? Buffer.from(value) : encodeIllFormed(value);
  const tag = Uint8Array.of(TAG.string);
  if (bytes.length <= LONG) return Buffer.concat([tag, bytes]);
  return Buffer.concat([tag, bytes.subarray(0, LONG), createHash('sha256').update(bytes).digest()]);
}

/** Lone surrogates in three bytes each, as generalised UTF-8 has them: strings that differ stay different. */
function encodeIllFormed(value: string): Buffer {
  const parts = Array.from(value, (character) => {
    if (character.isWellFormed()) return Buffer.from(character);
    const unit = character.charCodeAt(0);
    return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)]);
  });
  return Buffer.concat(parts);
}
