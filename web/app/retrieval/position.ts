const two = (value: number) => String(value).padStart(2, '0');

/** A position in footage, seconds: `0:02:09`; with milliseconds where one frame is told from the next, `0:02:09.040`. Cut, never rounded up. */
export function position(seconds: number, exact = false): string {
  const whole = Math.floor(seconds);
  const shown = `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return exact ? `${shown}.${String(Math.floor((seconds - whole) * 1000)).padStart(3, '0')}` : shown;
}
