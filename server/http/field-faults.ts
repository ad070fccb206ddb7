import { z } from 'zod';
import { pointerPart } from '../../signing/pointer.ts';
import type { FieldFault } from '../errors.ts';
import type { Language } from './problem.ts';

const LIMIT = 50;
const unknown = { zh: '未知的字段', en: 'unknown field' };
const texts = { zh: z.locales.zhCN().localeError, en: z.locales.en().localeError };

/** A value as its schema reads it, or what is wrong with it, at most 50 faults: JSON pointers (RFC 6901) after `prefix`, texts in `language`. */
export function readFields<T>(
  schema: z.ZodType<T>,
  value: unknown,
  prefix: string,
  language: Language,
): { value: T } | { errors: FieldFault[] } {
  const result = schema.safeParse(value, { error: texts[language] });
  if (result.success) return { value: result.data };
  const errors = result.error.issues.flatMap((issue) => {
    const at = prefix + issue.path.map((part) => `/${pointerPart(String(part))}`).join('');
    if (issue.code !== 'unrecognized_keys') return [{ pointer: at, detail: issue.message }];
    // Each is named itself, not the object that holds it; the message of the library names all of them every time.
    return issue.keys
      .slice(0, LIMIT)
      .map((key) => ({ pointer: `${at}/${pointerPart(key)}`, detail: unknown[language] }));
  });
  return { errors: errors.slice(0, LIMIT) };
}
