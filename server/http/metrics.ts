import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import { engineStates, isFailing } from './health.ts';

/** Numbers for operators; labels never hold ids or names. */
export class Metrics {
  readonly registry = new Registry();
  readonly requests: Counter;
  readonly seconds: Histogram;

  constructor(deps: Deps) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: 'tiezheng_' });
    this.requests = new Counter({
      name: 'tiezheng_http_requests_total',
      help: 'requests',
      labelNames: ['method', 'status'],
      registers,
    });
    this.seconds = new Histogram({
      name: 'tiezheng_http_seconds',
      help: 'time to the end of the answer',
      buckets: [0.01, 0.05, 0.2, 1, 5, 30],
      registers,
    });
    new Gauge({
      name: 'tiezheng_head_distance_entries',
      help: 'entries that no published checkpoint covers yet',
      registers,
      collect() {
        this.set(deps.log.distance().entries);
      },
    });
    new Gauge({
      name: 'tiezheng_head_failing',
      help: '1: the log cannot be published, or its signed head not be written',
      registers,
      collect() {
        this.set(Number(isFailing(deps)));
      },
    });
    new Gauge({
      name: 'tiezheng_engine_ok',
      help: '1: the engine answers',
      labelNames: ['engine'],
      registers,
      async collect() {
        for (const [engine, state] of Object.entries(await engineStates(deps)))
          this.set({ engine }, Number(state === 'ok'));
      },
    });
    new Gauge({
      name: 'tiezheng_object_lock_left_ratio',
      help: 'of OBJECT_LOCK_DAYS, how much the lock that ends first has left; none where this process did not look at the locks',
      registers,
      collect() {
        this.reset();
        const { left } = deps.locked?.standing() ?? {};
        if (left !== undefined) this.set(left);
      },
    });
    new Gauge({
      name: 'tiezheng_object_locks_failing',
      help: 'objects whose lock could not be extended or made firm, of the last round of this process',
      registers,
      collect() {
        this.set(deps.locked?.standing()?.failing ?? 0);
      },
    });
    new Gauge({
      name: 'tiezheng_witnesses',
      help: 'witnesses by what they make of our logs',
      labelNames: ['standing'],
      registers,
      collect() {
        const standings = Object.values(deps.cosigning.standings());
        for (const standing of ['ok', 'failing', 'refused'] as const)
          this.set({ standing }, standings.filter((each) => each === standing).length);
      },
    });
    new Gauge({
      name: 'tiezheng_witnessed_forks',
      help: 'logs of others that signed two trees of one size, seen by this process',
      registers,
      collect() {
        this.set(deps.witness?.forks ?? 0);
      },
    });
  }
}

/** `/metrics` for who has the token (RFC 6750 section 2.1); without one it is not there. */
export function metricsHandler(token: string | undefined, { registry }: Metrics): RequestHandler {
  return async (req, res) => {
    const given = /^Bearer ([\x21-\x7e]+)$/i.exec(req.headers.authorization ?? '')?.[1];
    if (!token || !given || !same(token, given)) throw new Fault('NOT_FOUND');
    res.set({ 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' }).send(await registry.metrics());
  };
}

/** Compares digests, so that the time tells neither length nor beginning. */
function same(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
