import type { z } from 'zod';
import { clockInstant } from '../ingest/camera-names.ts';
import type { ProbeResult } from '../media/probe.ts';
import type { RecordState } from '../records/events.ts';
import type { captured } from '../records/shapes.ts';

/**
 * When a record was captured: as it was told, else as the file says. A clock without a zone is read in the configured one, and
 * `zoneRule` says so beside the raw stamp.
 */
export function capturedOf(
  record: RecordState,
  probe: ProbeResult,
  zone: string,
): z.output<typeof captured> | undefined {
  if (record.captured) return record.captured;
  const time = probe.creationTime;
  if (!time) return undefined;
  const { raw, instant, local } = time;
  if (instant) return { from: instant, raw, zoneRule: 'file' };
  const read = local && clockInstant(local, zone);
  return read ? { from: read, raw, zoneRule: zone } : { raw };
}
