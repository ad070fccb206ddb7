import type { ByteRange } from './object-store.ts';

/** The range itself, or nothing. Throws a RangeError on bounds that are no whole numbers, or in the wrong order. */
export function checkRange(range: ByteRange | undefined): Partial<ByteRange> {
  if (!range) return {};
  const { start, end } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new RangeError('a range is from a byte to the same or a later one');
  }
  return { start, end };
}
