import rangeParser from 'range-parser';

/** Offsets of the first and the last byte, both inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

const single = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * The one range that a Range header asks for, of a body of `size` bytes (RFC 9110 section 14.1.2 and 14.2).
 * `undefined`: send the whole body. The header is absent, is not valid, has another unit, or asks for several ranges,
 * all of which a server may ignore. `'unsatisfiable'`: answer 416.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = single.exec(header ?? '');
  if (!match) return undefined;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (size === 0) return 'unsatisfiable';
  // A suffix longer than the body means all of it; range-parser takes it for unsatisfiable.
  if (first === '' && Number(last) >= size) return { start: 0, end: size - 1 };
  const ranges = rangeParser(size, `bytes=${first}-${last}`);
  const range = Array.isArray(ranges) ? ranges[0] : undefined;
  return range ? { start: range.start, end: range.end } : 'unsatisfiable';
}

/**
 * Whether a range may be answered from the representation with this strong entity tag (RFC 9110 section 13.1.5). An
 * absent header lets it; a weak tag or a date never matches, as no Last-Modified is sent.
 */
export function ifRangeMatches(header: string | undefined, etag: string): boolean {
  return header === undefined || (!etag.startsWith('W/') && header.trim() === etag);
}
