const MAX_CHARACTERS = 256;
/** Controls, lone surrogates, and what turns or hides the text around it. */
const unwanted = /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu;

/**
 * Text out of a hostile file as it may be kept and shown: one line of at most `max` characters. `undefined` when
 * nothing is left.
 */
export function cleanText(value: unknown, max = MAX_CHARACTERS): string | undefined {
  if (typeof value !== 'string') return undefined;
  const plain = value.slice(0, 4 * max).replace(unwanted, '');
  return [...plain.trim()].slice(0, max).join('').trim() || undefined;
}

/** An integer of 0 or more within the safe range, given as a number or in digits; fractions are rounded. */
export function wholeNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' && !(typeof value === 'string' && /^\d{1,16}(\.\d{1,20})?$/.test(value)))
    return undefined;
  const rounded = Math.round(Number(value));
  return Number.isSafeInteger(rounded) && rounded >= 0 ? rounded : undefined;
}

/** Leaves out what is undefined: canonical JSON has no such thing. */
export function defined<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as T;
}
