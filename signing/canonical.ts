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
    value = JSON.parse(utf8.decode(bytes));
    again = canonicalBytes(value);
  } catch (cause) {
    throw new ProofError('CANONICAL_BYTES', 'not canonical JSON (RFC 8785)', { cause });
  }
  if (Buffer.compare(again, bytes) !== 0) throw new ProofError('CANONICAL_BYTES', 'not in canonical form (RFC 8785)');
  return value;
}

function demandCanonical(value: unknown, depth: number): void {
  if (depth > DEPTH) refuse('nesting is deeper than 64');
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    if (!value.isWellFormed()) refuse('a string holds a lone surrogate');
  } else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) refuse(`${value} is not a safe integer`);
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) demandCanonical(value[i], depth + 1);
  } else if (typeof value === 'object') {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) refuse('only plain objects have a canonical form');
    for (const [name, field] of Object.entries(value)) {
      if (!/^[\x20-\x7e]*$/.test(name) || name === '__proto__') refuse('a name is not printable ASCII');
      if (name === 'toJSON' && typeof field === 'function') refuse('only plain objects have a canonical form');
      demandCanonical(field, depth + 1);
    }
  } else {
    refuse(`${typeof value} has no canonical form`);
  }
}

function refuse(reason: string): never {
  throw new ProofError('CANONICAL_VALUE', reason);
}
