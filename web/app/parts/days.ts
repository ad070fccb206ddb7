/** The beginning of a day (`2026-05-01`) in the reader's zone, as RFC 3339. */
export const dayStart = (day: string): string => new Date(`${day}T00:00:00`).toISOString();

/** The end of a day, which is the beginning of the next: what is asked for is before it. */
export function dayEnd(day: string): string {
  const end = new Date(`${day}T00:00:00`);
  end.setDate(end.getDate() + 1);
  return end.toISOString();
}
