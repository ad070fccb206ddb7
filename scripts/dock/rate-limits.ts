import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes a second within hours of the day; minutes from midnight, `to` may be before `from` (over midnight). */
export interface RateLimit {
  from: number;
  to: number;
  bytesPerSecond: number;
}

/** Less is refused: with it the service would take the connection for dead. */
const LEAST = 16_384;
const UNITS: Record<string, number> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const PART = /^(?:(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)=)?(off|\d+(?:\.\d+)?)([kmg]?)$/i;

/**
 * Reads `4M`, or hours `08:00-18:00=512k,18:00-08:00=off`: bytes a second, `off` for none. Where several hold the first counts; outside of all there is
 * no limit. Undefined when it is not of that form, or less than 16k.
 */
export function readLimits(text: string): RateLimit[] | undefined {
  const limits = text.split(',').map((part): RateLimit | undefined => {
    const [, h1 = '0', m1 = '00', h2 = '24', m2 = '00', value = '', unit = ''] = PART.exec(part.trim()) ?? [];
    const [from, to] = [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)];
    const rate = value === 'off' ? Number.POSITIVE_INFINITY : Number(value) * (UNITS[unit.toLowerCase()] ?? 1);
    return value !== '' && rate >= LEAST && from < 1440 && to <= 1440 ? { from, to, bytesPerSecond: rate } : undefined;
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

/** So long at most it is waited before the clock is looked at again: hours change. */
const SLICE_MS = 1000;

/** One budget for all that is sent: bytes go one after the other, when their time is over. */
export class Throttle {
  readonly #limits: readonly RateLimit[];
  readonly #zone: string;
  readonly #now: () => Date;
  readonly #stopping: AbortSignal;
  #before: Promise<void> = Promise.resolve();

  constructor(limits: readonly RateLimit[], zone: string, now: () => Date, stopping: AbortSignal) {
    this.#limits = limits;
    this.#zone = zone;
    this.#now = now;
    this.#stopping = stopping;
  }

  /** Bytes a second now; Infinity without a limit. */
  rate = (): number => rateAt(this.#limits, this.#now(), this.#zone);

  /** Resolves when so many bytes may go. Rejects when all is stopping. */
  async pass(bytes: number): Promise<void> {
    if (this.rate() === Number.POSITIVE_INFINITY) return;
    const mine = this.#before.then(() => this.#pay(bytes));
    this.#before = mine.catch(() => {});
    await mine;
  }

  async #pay(bytes: number): Promise<void> {
    for (let left = bytes; left > 0; ) {
      const rate = this.rate();
      const wait = Math.min(SLICE_MS, (left / rate) * 1000);
      if (wait > 0) await sleep(wait, undefined, { signal: this.#stopping });
      left = wait < SLICE_MS ? 0 : left - (rate * wait) / 1000;
    }
  }
}
