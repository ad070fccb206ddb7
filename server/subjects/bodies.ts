import { z } from 'zod';
import { says } from '../faults/field-words.ts';
import { text } from '../http/shapes.ts';
import { subjectTypes } from './events.ts';
import { idTypes } from './id-numbers.ts';

const email = text(254).refine((value) => /^[^\s@]+@[^\s@]+$/.test(value), says('not an e-mail address'));

/** What a subject is registered with; `idNumberReason` keeps a number that fails its check. */
export const subjectBody = z.strictObject({
  type: z.enum(subjectTypes),
  name: text(200).optional(),
  idType: z.enum(idTypes).optional(),
  idNumber: text(64).optional(),
  idNumberReason: text(500).optional(),
  contacts: z
    .strictObject({ phone: text(40).optional(), address: text(500).optional(), email: email.optional() })
    .optional(),
  /** Absent: told by a resident id, else no. */
  minor: z.boolean().optional(),
  /** Absent: yes for an unknown subject, else no. */
  provisional: z.boolean().optional(),
});
export type SubjectBody = z.output<typeof subjectBody>;

/** Only what changes; null takes away. */
export const subjectChange = z.strictObject({
  type: z.enum(subjectTypes).optional(),
  name: text(200).optional(),
  idType: z.enum(idTypes).optional(),
  idNumber: text(64).nullable().optional(),
  idNumberReason: text(500).optional(),
  contacts: z
    .strictObject({
      phone: text(40).nullable().optional(),
      address: text(500).nullable().optional(),
      email: email.nullable().optional(),
    })
    .optional(),
  minor: z.boolean().optional(),
  provisional: z.boolean().optional(),
  reason: text(500),
});
