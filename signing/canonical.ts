import canonicalize from 'canonicalize';
import { ProofError } from './proof-error.ts';

/** What may stand in canonical bytes: JSON whose numbers are safe integers and whose names are ASCII. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const DEPTH = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * RFC 8785 bytes of a value, narrowed so that every JSON tool writes the same ones: numbers are integers within ±(2^53 − 1),
 * names are printable ASCII, strings are well-formed Unicode, nesting is at most 64 deep. Throws ProofError
 * `CANONICAL_VALUE` for anything else, undefined fields and objects with a prototype included.
 */
export function canonicalBytes(value: unknown): Uint8Array {
  demandCanonical(value, 0);
  return Buffer.from(canonicalize(value) as string, 'utf8');
}

/**
 * Parses bytes that must be exactly what `canonicalBytes` writes: repeated names, spaces, other number forms and byte order
 * marks are refused. Throws ProofError `CANONICAL_BYTES`.
 */
export function parseCanonical(bytes: Uint8Array): unknown {
  let value: unknown;
  let again: Uint8Array;
  try {
    const text = utf8.decode(bytes);
    value = JSON.parse(text);
    // With names in order, what JSON.stringify writes is what RFC 8785 section 3.2 asks for, and it is several times as fast.
    if (demandCanonical(value, 0) && JSON.stringify(value) === text) return value;
    again = canonicalBytes(value);
  } catch (cause) {
    throw new ProofError('CANONICAL_BYTES', 'not canonical JSON (RFC 8785)', { cause });
  }
  if (Buffer.compare(again, bytes) !== 0) throw new ProofError('CANONICAL_BYTES', 'not in canonical form (RFC 8785)');
  return value;
}

/** Whether all names stand in order, too (by UTF-16 code units, RFC 8785 section 3.2.3). */
function demandCanonical(value: unknown, depth: number): boolean {
  let ordered = true;
  if (depth > DEPTH) refuse('nesting is deeper than 64');
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') {
    if (!value.isWellFormed()) refuse('a string holds a lone surrogate');
  } else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) refuse(`${value} is not a safe integer`);
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) ordered = demandCanonical(value[i], depth + 1) && ordered;
  } else if (typeof value === 'object') {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) refuse('only plain objects have a canonical form');
    let before = '';
    for (const name of Object.keys(value)) {
      const field = (value as Record<string, unknown>)[name];
      if (name < before) ordered = false;
      before = name;
      if (!/^[\x20-\x7e]*$/.test(name) || name === '__proto__') refuse('a name is not printable ASCII');
      if (name === 'toJSON' && typeof field === 'function') refuse('only plain objects have a canonical form');
      ordered = demandCanonical(field, depth + 1) && ordered;
    }
  } else {
    refuse(`${typeof value} has no canonical form`);
  }
  return ordered;
}

function refuse(reason: string): never {
  throw new ProofError('CANONICAL_VALUE', reason);
}
