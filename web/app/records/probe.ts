import type { ProbeResult } from '../../../server/media/probe-result.ts';
import type { RecordItem } from './kinds.ts';

/** What the file says of itself; undefined until it was asked, and when it could not be. */
export function probeOf({ probe }: Pick<RecordItem, 'probe'>): ProbeResult | undefined {
  const result = probe as ProbeResult | null | undefined;
  return result?.status === 'ok' ? result : undefined;
}
