/** What a camera says of itself in a file name. */
export interface CameraName {
  /** 产品编号 of the recorder, or its GB/T 28181 code. */
  deviceSerial?: string;
  /** 使用者编号: six characters of the recorder's own, not the number of the law-enforcement certificate. */
  officerNo?: string;
  captured?: CameraStamp;
}

/** A stamp without a zone, and the instant that it means when the camera's clock ran in `zoneRule`'s zone. */
export interface CameraStamp {
  /** RFC 3339 instant in UTC, milliseconds. */
  from: string;
  /** As it stands in the name. */
  raw: string;
  /** `camera clock: <IANA zone>`. */
  zoneRule: string;
}

/** The forms in use for names under GA/T 947 (recorder, then station and platform); the extension is optional. */
const recorder = /^(?<device>[A-Z0-9]{7})_(?<officer>[A-Z0-9]{6})_(?<stamp>\d{14})(?:\.\w{1,8})?$/i;
const short = /^(?<device>\d{7})@(?<stamp>\d{14})\d{4}(?:\.\w{1,8})?$/;
const platform = /^\d{8}_(?<device>\d{20})(?<stamp>\d{14})\d{2}\d{2}\d{14}\d{4}(?:\.\w{1,8})?$/;
/** A stamp anywhere in a name: 20231105_101530, 2023-11-05 10.15.30, VID_20231105101530. */
const anywhere =
  /(?<!\d)(?<stamp>20\d{2}(?<day>[-_.]?)\d{2}\k<day>\d{2}[-_ T.]{0,3}\d{2}(?<time>[-_.：:]?)\d{2}\k<time>\d{2})(?!\d)/g;

/**
 * Reads the device, the officer and the time out of the name that a camera gave its file; a folder before it is
 * passed over. `zone` is the IANA zone that the cameras' clocks run in. A stamp that is no date gives no time,
 * several stamps neither. `undefined` when the name tells nothing.
 */
export function cameraName(name: string, zone: string): CameraName | undefined {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  for (const form of [recorder, short, platform]) {
    const groups = form.exec(last)?.groups;
    if (!groups) continue;
    const captured = cameraStamp(groups.stamp!, zone);
    return {
      deviceSerial: groups.device!.toUpperCase(),
      ...(groups.officer && { officerNo: groups.officer.toUpperCase() }),
      ...(captured && { captured }),
    };
  }
  const stamps = [...last.slice(0, 1024).matchAll(anywhere)];
  const captured = stamps.length === 1 ? cameraStamp(stamps[0]!.groups!.stamp!, zone) : undefined;
  return captured && { captured };
}

function cameraStamp(raw: string, zone: string): CameraStamp | undefined {
  const digits = raw.replace(/\D/g, '');
  const local = digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6');
  const from = clockInstant(local, zone);
  return from === undefined ? undefined : { from, raw, zoneRule: `camera clock: ${zone}` };
}

/**
 * The instant, RFC 3339 in UTC with milliseconds, at which a clock in the IANA zone shows `local`
 * (YYYY-MM-DDTHH:MM:SS); `undefined` when that is no date or time of day, or the year is not of this century. Where
 * clocks were turned, the earlier of two instants; a time that was left out is moved on (RFC 5545 section 3.3.5).
 */
export function clockInstant(local: string, zone: string): string | undefined {
  const parts = /^(20\d{2})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})$/.exec(local);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  try {
    return Temporal.PlainDateTime.from({ year, month, day, hour, minute, second }, { overflow: 'reject' })
      .toZonedDateTime(zone, { disambiguation: 'compatible' })
      .toInstant()
      .toString({ smallestUnit: 'millisecond' });
  } catch {
    return undefined;
  }
}
