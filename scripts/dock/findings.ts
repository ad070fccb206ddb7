import { CLOCK_TOLERANCE_MS } from './clock.ts';
import type { Profile } from './profile.ts';
import type { FileRow } from './state.ts';

/** What somebody should look at on a card; docs/dock.md lists the codes. */
export interface Finding {
  code: string;
  detail: string;
}

/** Seconds that may be missing between two segments: stamps have whole seconds (GA/T 947.2 asks for 0.04). */
const GAP_SECONDS = 2;

/** What the names, times and lengths of a device's files say together. */
export function compareFiles(profile: Profile, files: readonly FileRow[]): Finding[] {
  const footage = files.filter(({ shown }) => !profile.sidecars.some((end) => shown.toLowerCase().endsWith(end)));
  return [...sequenceGaps(footage), ...segmentGaps(profile, footage), ...clockJumps(footage)];
}

/** Numbers that are missing between the first and the last of a device. */
function sequenceGaps(files: readonly FileRow[]): Finding[] {
  const bySequence = new Map<string, number[]>();
  for (const { facts } of files) {
    const number = facts.sequence ?? (facts.recording === undefined ? undefined : Number(facts.recording));
    if (number !== undefined)
      bySequence.set(facts.device ?? '', [...(bySequence.get(facts.device ?? '') ?? []), number]);
  }
  return [...bySequence.values()].flatMap((numbers) => {
    const sorted = [...new Set(numbers)].sort((a, b) => a - b);
    return sorted.flatMap((number, i) => {
      const before = sorted[i - 1];
      if (before === undefined || number === before + 1) return [];
      const detail = number === before + 2 ? `${before + 1}` : `${before + 1}–${number - 1}`;
      return [{ code: 'sequence-gap', detail }];
    });
  });
}

/** Segments of one recording: of the same number, or where the camera had cut by length. */
function segmentGaps({ splitSeconds }: Profile, files: readonly FileRow[]): Finding[] {
  const timed = files
    .filter(({ facts }) => facts.from && facts.seconds)
    .sort((a, b) => ((a.facts.from ?? '') < (b.facts.from ?? '') ? -1 : 1));
  const gaps = timed.flatMap((file, i): Finding[] => {
    const before = timed[i - 1];
    if (!before || before.facts.device !== file.facts.device) return [];
    const seconds = before.facts.seconds ?? 0;
    const cut = splitSeconds.some((length) => Math.abs(seconds - length) <= 1);
    const missing = (Date.parse(file.facts.from ?? '') - Date.parse(before.facts.from ?? '')) / 1000 - seconds;
    return cut && missing > GAP_SECONDS && missing < Math.max(60, seconds)
      ? [{ code: 'segment-gap', detail: `${before.shown} – ${file.shown}: ${Math.round(missing)} s` }]
      : [];
  });
  return [...gaps, ...missingSegments(files)];
}

function missingSegments(files: readonly FileRow[]): Finding[] {
  const recordings = Map.groupBy(
    files.filter(({ facts }) => facts.recording),
    ({ facts }) => facts.recording ?? '',
  );
  return [...recordings].flatMap(([recording, segments]) => {
    const numbers = new Set(segments.map(({ facts }) => facts.segment ?? 0));
    const last = Math.max(...numbers);
    const missing = Array.from({ length: last }, (_, i) => i + 1).filter((number) => !numbers.has(number));
    return missing.length > 0 && last > 1
      ? [{ code: 'segment-missing', detail: `${recording}: ${missing.join(', ')}` }]
      : [];
  });
}

/** A later number with an earlier stamp: somebody set the clock back, or numbers were begun anew. */
function clockJumps(files: readonly FileRow[]): Finding[] {
  const numbered = files
    .filter(({ facts }) => facts.sequence !== undefined && facts.from)
    .sort((a, b) => (a.facts.sequence ?? 0) - (b.facts.sequence ?? 0));
  return numbered.flatMap((file, i) => {
    const before = numbered[i - 1];
    if (!before || before.facts.device !== file.facts.device) return [];
    const back = Date.parse(before.facts.from ?? '') - Date.parse(file.facts.from ?? '');
    return back > CLOCK_TOLERANCE_MS ? [{ code: 'clock-jump', detail: `${before.shown} – ${file.shown}` }] : [];
  });
}

/** Brought later than the policy allows: hours from the stamp to now. */
export function lateness(file: FileRow, now: Date, dueHours: number): Finding[] {
  const { from } = file.facts;
  const hours = from ? (now.getTime() - Date.parse(from)) / 3_600_000 : 0;
  return hours > dueHours ? [{ code: 'late-upload', detail: `${file.shown}: ${Math.floor(hours)} h` }] : [];
}
