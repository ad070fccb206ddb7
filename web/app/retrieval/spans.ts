/** Offsets of the first and the last byte. */
export interface Span {
  from: number;
  to: number;
}

/** What part of `size` bytes lies in any of the spans, from 0 to 1; spans may overlap. */
export function shareOf(spans: readonly Span[], size: number): number {
  let covered = 0;
  let reached = -1;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (to <= reached) continue;
    covered += to - Math.max(from, reached + 1) + 1;
    reached = to;
  }
  return size > 0 ? covered / size : 0;
}
