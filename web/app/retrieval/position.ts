const digits = (value: number, count = 2) => String(value).padStart(count, '0');

/** A position in footage, seconds: `0:02:09`; with milliseconds where one frame is told from the next, `0:02:09.040`. Cut, never rounded up. */
export function position(seconds: number, exact = false): string {
  // What lies between two milliseconds only because a fraction has no exact form is not cut.
  const milliseconds = Math.floor(seconds * 1000 + 1e-4);
  const whole = Math.floor(milliseconds / 1000);
  const shown = `${Math.floor(whole / 3600)}:${digits(Math.floor(whole / 60) % 60)}:${digits(whole % 60)}`;
  return exact ? `${shown}.${digits(milliseconds % 1000, 3)}` : shown;
}
