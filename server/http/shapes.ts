import { z } from 'zod';
import { Fault } from '../errors.ts';
import { says } from '../faults/field-words.ts';
import type { Context } from './context.ts';

/** Pieces that route declarations share. */

export const idParam = z.strictObject({ id: z.uuid() });

/** Text from outside: trimmed, 1 to `max` characters, well-formed, without control characters other than line breaks and tabs. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(
      (value) => value.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(value),
      says('control or malformed characters'),
    );

/** What another system calls a thing: the system's code, and its id there. */
export const externalParams = z.strictObject({ system: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), id: text(128) });

/** A yes or no of a query string. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** How many of a list, in digits; 1 to `max`. */
export const limit = (max: number, otherwise: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,4}$/, says('not a whole number above 0'))
    .transform(Number)
    .pipe(z.number().max(max))
    .default(otherwise)
    .meta({ type: 'integer', minimum: 1, maximum: max });

export const pageQuery = {
  limit: limit(200, 50),
  after: z.string().max(2000).optional(),
};

export const pageOf = <S extends z.ZodType>(item: S) => z.object({ items: z.array(item), next: z.string().optional() });

/** A change needs the version that it is based on. Throws PRECONDITION_REQUIRED. */
export function requireVersion(context: Context): number {
  const version = context.ifVersion;
  if (version === undefined) throw new Fault('PRECONDITION_REQUIRED');
  return version;
}
