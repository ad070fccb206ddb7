import { z } from 'zod';
import { says } from '../faults/field-words.ts';
import { text } from '../http/shapes.ts';
import { roles } from './matrix.ts';

/** Pieces that the declarations of this room share. */

/** Compared without regard to case and width: kept in this form only. */
export const username = z
  .string()
  .transform((value) => value.normalize('NFKC').toLowerCase())
  .pipe(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]{1,49}$/u, says('2 to 50 letters, digits, . _ @ -')));

/** A password as typed: any well-formed characters, up to 256 of them. Strength is judged where one is set. */
export const password = z
  .string()
  .min(1)
  .max(256)
  .refine((value) => value.isWellFormed(), says('malformed characters'));

export const agencyCode = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{1,31}$/, says('2 to 32 letters, digits, -'));
export const certificateNo = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9-]{4,32}$/, says('4 to 32 letters, digits, -'));
export const reason = text(500);
export const role = z.enum(roles);

export const agencyAnswer = z.object({ id: z.string(), name: z.string(), code: z.string() });
export const named = z.object({ id: z.string(), name: z.string() });

/** Ids in a path, each a UUID. */
export const ids = <K extends string>(...names: K[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.uuid()])) as Record<K, z.ZodUUID>);
