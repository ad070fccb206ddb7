import { ProofError } from './proof-error.ts';

/** Strict reading of parsed JSON: every name known, every value of its type. */

export type Fields = Record<string, unknown>;

/** Reads `value` as an object with all `required` names, any of `optional`, and no other; throws ProofError with `code`. */
export function fieldsOf(
  value: unknown,
  required: readonly string[],
  optional: readonly string[],
  code: string,
  what: string,
): Fields {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new ProofError(code, `${what}: no object`);
  for (const name of required) {
    if (!Object.hasOwn(value, name)) throw new ProofError(code, `${what}: ${name} is missing`);
  }
  for (const name of Object.keys(value)) {
    if (!required.includes(name) && !optional.includes(name)) throw new ProofError(code, `${what}: ${name} is unknown`);
  }
  return value as Fields;
}

/** Text with something in it. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
/** A whole number from 0 to 2^53 - 1. */
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** RFC 3339 in UTC with milliseconds, and a day that exists. */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  const time = Date.parse(value);
  return Number.isFinite(time) && new Date(time).toISOString() === value;
}
