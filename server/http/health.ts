import { timingSafeEqual } from 'node:crypto';
import type { Express, Request, Response } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Deps } from '../deps.ts';

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
      help: 'entries that no published head covers yet',
      registers,
      collect() {
        this.set(deps.heads.distance().entries);
      },
    });
  }
}

/** `/healthz` says that the process answers; `/readyz` tells each engine's state and how far the published head is behind. */
export function mountHealth(app: Express, deps: Deps, metrics: Metrics): void {
  app.get('/healthz', (_req, res) => {
    res.type('text/plain').send('ok\n');
  });
  app.get('/readyz', async (_req, res) => {
    const engines = await states(deps);
    const head = deps.heads.distance();
    const ready = Object.values(engines).every((state) => state === 'ok') && !head.failed;
    const probe = (await deps.prober.available()) ? 'ok' : 'unavailable';
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({ ready, engines, probe, head: { distance: head.entries, failing: head.failed } });
  });
  app.get('/metrics', (req, res) => serveMetrics(req, res, deps, metrics));
}

async function states(deps: Deps): Promise<Record<string, string>> {
  const ask = async (work: () => Promise<unknown>) => {
    try {
      await work();
      return 'ok';
    } catch {
      return 'failing';
    }
  };
  return {
    ledger: await ask(() => deps.ledgerStore.head('system')),
    documents: await ask(() => deps.documents.get('view-position', 'system')),
    evidence: await ask(() => deps.evidence.freeSpace()),
    work: await ask(() => deps.work.freeSpace()),
  };
}

async function serveMetrics(req: Request, res: Response, deps: Deps, metrics: Metrics): Promise<void> {
  const token = deps.config.METRICS_TOKEN;
  const given = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
  if (!token || !given || !same(token, given)) {
    res.status(404).end();
    return;
  }
  res.type(metrics.registry.contentType).send(await metrics.registry.metrics());
}

function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
