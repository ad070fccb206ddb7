const DAY_MS = 86_400_000;
const RANGE = /^(\d{4}-\d\d-\d\d)(?:\s*(?:~|～|—|–|至|\.\.)\s*(\d{4}-\d\d-\d\d))?$/;

/** More than a year's holidays have; a range that is longer is a slip of the pen. */
const LONGEST = 60;

/**
 * Days as people write them, one a line or with commas between: `2027-01-01` or `2027-02-05 ~ 2027-02-11`. Ascending, each once;
 * undefined where something is neither.
 */
export function readDays(text: string): string[] | undefined {
  const days = new Set<string>();
  for (const part of text.split(/[\n,，、;；]+/).map((part) => part.trim())) {
    if (part === '') continue;
    const [, first, last = first] = RANGE.exec(part) ?? [];
    const [from, to] = [at(first), at(last)];
    if (from === undefined || to === undefined || to < from || to - from > LONGEST * DAY_MS) return undefined;
    for (let time = from; time <= to; time += DAY_MS) days.add(dayOf(time));
  }
  return [...days].sort();
}

/** Days as ranges, ascending, each day once. */
export function rangesOf(days: readonly string[]): { first: string; last: string }[] {
  const ranges: { first: string; last: string }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const range = ranges.at(-1);
    if (range && (at(day) ?? 0) - (at(range.last) ?? 0) === DAY_MS) range.last = day;
    else ranges.push({ first: day, last: day });
  }
  return ranges;
}

/** As `readDays` takes them, a line each. */
export const writeDays = (days: readonly string[]): string =>
  rangesOf(days)
    .map(({ first, last }) => (first === last ? first : `${first} ~ ${last}`))
    .join('\n');

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The beginning of a day, UTC; undefined for what is none. */
function at(day: string | undefined): number | undefined {
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(time) || dayOf(time) !== day ? undefined : time;
}
