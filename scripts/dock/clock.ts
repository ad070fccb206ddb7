import { type Facts, stampInstant } from './facts.ts';
import { decodeText } from './names.ts';
import type { Profile } from './profile.ts';

/** From here on a difference between the clocks of camera and dock is told, in ms. */
export const CLOCK_TOLERANCE_MS = 60_000;
/** A camera that was switched on longer ago was not switched on by being attached. */
const ATTACHED_WITHIN_MS = 24 * 3_600_000;

export interface ClockReading {
  /** By how many ms the camera is ahead of the dock, now that it is attached. */
  offsetMs?: number;
  /** Stamp of the last line: who saw it before knows nothing new of the clock. */
  last?: string;
  /** Lines of the log at which its clock went back. */
  jumps: string[];
}

/**
 * Reads the clock of a camera from the end of its log, where the profile knows it: a recorder that is attached starts as a disk and writes that down, so
 * its last line is of now. `now` is the dock's clock.
 */
export function readClock({ log }: Profile, text: Uint8Array, now: Date, zone: string): ClockReading {
  const reading: ClockReading = { jumps: [] };
  if (!log) return reading;
  let last: { at: number; event: string; stamp: string } | undefined;
  for (const line of decodeText(text).split(/\r?\n/)) {
    const { stamp = '', event = '' } = log.line.exec(line)?.groups ?? {};
    const at = Date.parse(stampInstant(stamp, zone) ?? '');
    if (Number.isNaN(at)) continue;
    if (last && at < last.at - CLOCK_TOLERANCE_MS) reading.jumps.push(stamp);
    last = { at, event, stamp };
  }
  if (last) reading.last = last.stamp;
  const offsetMs = last && last.at - now.getTime();
  if (last && offsetMs !== undefined && log.attached.includes(last.event) && Math.abs(offsetMs) < ATTACHED_WITHIN_MS)
    reading.offsetMs = offsetMs;
  return reading;
}

/** How far the latest stamp is in the dock's future, ms; 0 when none is: without a log the least that the clock can be wrong by. */
export function aheadBy(facts: readonly Facts[], now: Date): number {
  const latest = facts.reduce((most, { from }) => Math.max(most, from ? Date.parse(from) : 0), 0);
  const ahead = latest - now.getTime();
  return ahead > CLOCK_TOLERANCE_MS ? ahead : 0;
}
