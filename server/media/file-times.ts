import { cleanText } from './clean-text.ts';
import type { ProbeTime } from './probe-result.ts';

const stamp = /^(\d{4})[-:./](\d{2})[-:./](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,]\d{1,9})?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * A time as a file gives it: ISO 8601, or EXIF's `YYYY:MM:DD HH:MM:SS`, with or without an offset (`offset` of its
 * own tag: EXIF 2.31 OffsetTimeOriginal). The raw text is kept whatever it is, up to 100 characters; what clocks show
 * that were never set (before 1980) gives no time.
 */
export function fileTime(source: string, value: unknown, offset?: unknown): ProbeTime | undefined {
  const raw = cleanText(value, 100);
  if (raw === undefined) return undefined;
  const parts = stamp.exec(raw);
  if (!parts || Number(parts[1]) < 1980) return { raw, source };
  const [, year, month, day, hour, minute, second] = parts;
  const zone = parts[7] ?? (typeof offset === 'string' && /^[+-]\d{2}:\d{2}$/.test(offset.trim()) ? offset.trim() : '');
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  try {
    if (zone === '')
      return {
        raw,
        source,
        local: Temporal.PlainDateTime.from(local, { overflow: 'reject' }).toString({ smallestUnit: 'second' }),
      };
    return { raw, source, instant: Temporal.Instant.from(local + zone).toString({ smallestUnit: 'millisecond' }) };
  } catch {
    return { raw, source };
  }
}
