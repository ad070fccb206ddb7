import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Config } from '../config.ts';
import { Fault } from '../errors.ts';
import type { Context } from './context.ts';

/** Calls a minute: per person or dock once signed in, per address before; byte transfers have a bucket of their own. */
export class Limits {
  readonly #calls: RateLimiterMemory;
  readonly #transfers: RateLimiterMemory;
  readonly #addresses: RateLimiterMemory;

  constructor(config: Config) {
    const bucket = (points: number) => new RateLimiterMemory({ points, duration: 60 });
    this.#calls = bucket(config.RATE_CALLS);
    this.#transfers = bucket(config.RATE_TRANSFERS);
    this.#addresses = bucket(config.RATE_ADDRESS);
  }

  /** Counts one request. Throws TOO_MANY_REQUESTS with Retry-After (RFC 6585 section 4). */
  async take({ caller, address }: Context, transfer: boolean): Promise<void> {
    const bucket = !caller ? this.#addresses : transfer ? this.#transfers : this.#calls;
    try {
      await bucket.consume(caller?.id ?? address);
    } catch (refused) {
      const seconds = Math.max(1, Math.ceil((refused as RateLimiterRes).msBeforeNext / 1000));
      throw new Fault('TOO_MANY_REQUESTS', { params: { seconds }, headers: { 'Retry-After': String(seconds) } });
    }
  }
}
