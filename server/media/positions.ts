import type { ProbeLocation } from './probe-result.ts';

/** Latitude, longitude, and what may follow: height, reference system, solidus (ISO 6709:2008 annex H). */
const position =
  /^([+-])(\d{2,6})(\.\d{1,12})?([+-])(\d{3,7})(\.\d{1,12})?(?:[+-]\d{1,8}(?:\.\d{1,12})?)?(?:CRS[\w/-]{1,32})?\/?$/;

/**
 * Reads degrees, degrees and minutes, or degrees, minutes and seconds. `undefined` when it is none, or lies outside
 * the globe.
 */
export function iso6709(text: string): ProbeLocation | undefined {
  const parts = position.exec(text);
  if (!parts) return undefined;
  const [, south, latitude = '', latitudeRest = '', west, longitude = '', longitudeRest = ''] = parts;
  const north = degrees(latitude, latitudeRest, 2);
  const east = degrees(longitude, longitudeRest, 3);
  const at =
    north !== undefined &&
    east !== undefined &&
    coordinates(south === '-' ? -north : north, west === '-' ? -east : east);
  return at ? { iso6709: text, ...at } : undefined;
}

/** Degrees as text with seven decimals (about a centimetre); `undefined` for what is not on the globe. */
export function coordinates(north: number, east: number): ProbeLocation | undefined {
  if (!(Math.abs(north) <= 90 && Math.abs(east) <= 180)) return undefined;
  return { latitude: decimal(north), longitude: decimal(east) };
}

const decimal = (value: number) => value.toFixed(7).replace(/^-(0\.0+)$/, '$1');

/** `width` digits of degrees, then two of minutes, then two of seconds; the fraction belongs to the last. */
function degrees(digits: string, fraction: string, width: number): number | undefined {
  const further = digits.length - width;
  if (further !== 0 && further !== 2 && further !== 4) return undefined;
  const units = [digits.slice(0, width), digits.slice(width, width + 2), digits.slice(width + 2)].filter(
    (unit) => unit !== '',
  );
  const values = units.map((unit, at) => Number(at === units.length - 1 ? unit + fraction : unit));
  if (values.slice(1).some((value) => value >= 60)) return undefined;
  return values.reduce((sum, value, at) => sum + value / 60 ** at, 0);
}
