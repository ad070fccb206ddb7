const two = (value: number) => String(value).padStart(2, '0');

/** Milliseconds as people read them: `1:02:09`. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Milliseconds of what was typed, `1:02:09`, `2:09` or `9`; undefined where it is none of them. */
export function parseDuration(typed: string): number | undefined {
  const found = /^(?:(?:(\d{1,3})[:：])?([0-5]?\d)[:：])?([0-5]?\d)$/.exec(typed.trim());
  if (!found) return undefined;
  const [hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0)) as [number, number, number];
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
