import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes a second within hours of the day; minutes from midnight, `to` may be before `from` (over midnight). */
export interface RateLimit {
  from: number;
  to: number;
  bytesPerSecond: number;
}

const UNITS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const PART = /^(?:(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)=)?(off|\d+(?:\.\d+)?)([kmg]?)$/i;

/**
 * Reads `4M`, or hours `08:00-18:00=512k,18:00-08:00=off`: bytes a second, `off` for none. Where several hold the first counts; outside of all there is
 * no limit. Undefined when it is not of that form.
 */
export function readLimits(text: string): RateLimit[] | undefined {
  const limits = text.split(',').map((part): RateLimit | undefined => {
    const [, h1 = '0', m1 = '00', h2 = '24', m2 = '00', value = '', unit = ''] = PART.exec(part.trim()) ?? [];
    const [from, to] = [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)];
    const rate = value === 'off' ? Number.POSITIVE_INFINITY : Number(value) * (UNITS[unit.toLowerCase()] ?? 1);
    return value !== '' && rate > 0 && from < 1440 && to <= 1440 ? { from, to, bytesPerSecond: rate } : undefined;
  });
  return limits.every((limit) => limit !== undefined) ? limits : undefined;
}

/** What may be sent in a second at an instant, by clocks in an IANA zone. */
export function rateAt(limits: readonly RateLimit[], at: Date, zone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  const minute = local.hour * 60 + local.minute;
  const holds = ({ from, to }: RateLimit) =>
    from < to ? minute >= from && minute < to : minute >= from || minute < to;
  return limits.find(holds)?.bytesPerSecond ?? Number.POSITIVE_INFINITY;
}

/** One budget for all that is sent: who sends first waits until its bytes may go. */
export class Throttle {
  readonly #limits: readonly RateLimit[];
  readonly #zone: string;
  readonly #now: () => Date;
  /** When what was let through so far has had its time, ms since the epoch. */
  #until = 0;

  constructor(limits: readonly RateLimit[], zone: string, now: () => Date) {
    this.#limits = limits;
    this.#zone = zone;
    this.#now = now;
  }

  async pass(bytes: number): Promise<void> {
    const rate = rateAt(this.#limits, this.#now(), this.#zone);
    if (rate === Number.POSITIVE_INFINITY) return;
    const now = this.#now().getTime();
    const wait = Math.max(0, this.#until - now);
    this.#until = now + wait + (bytes / rate) * 1000;
    if (wait > 0) await sleep(wait);
  }
}
