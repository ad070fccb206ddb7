import { isIPv6 } from 'node:net';
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
    await this.#consume(bucket, caller?.id ?? networkOf(address));
  }

  /** The same for one who reads what is public: as many as a transfer's requests, by address. */
  takePublic(address: string): Promise<void> {
    return this.#consume(this.#transfers, networkOf(address));
  }

  /** The same for one who asks for work without signing in: as many as calls before log-in, by address. */
  takeUnsigned(address: string): Promise<void> {
    return this.#consume(this.#addresses, networkOf(address));
  }

  async #consume(bucket: RateLimiterMemory, name: string): Promise<void> {
    try {
      await bucket.consume(name);
    } catch (refused) {
      const seconds = Math.max(1, Math.ceil((refused as RateLimiterRes).msBeforeNext / 1000));
      throw new Fault('TOO_MANY_REQUESTS', { params: { seconds }, headers: { 'Retry-After': String(seconds) } });
    }
  }
}

/** What counts as one address: an IPv4 address, or the /64 of an IPv6 one, which a single host may fill (RFC 4291 section 2.5.4). */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1];
  if (mapped || !isIPv6(plain)) return mapped ?? plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const all =
    tail === undefined
      ? groups
      : [...groups, ...Array(Math.max(0, 8 - groups.length - rest.length)).fill('0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
