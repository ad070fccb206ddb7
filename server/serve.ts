import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from './app.ts';
import type { Service } from './compose.ts';
import type { Config } from './config.ts';
import { reconcilers } from './reconcilers.ts';

const DRAIN_MS = 10_000;

/** Listens and runs the loops; `stop` takes no new request, gives transfers ten seconds, then closes what is left. */
export function serve(service: Service, config: Config): { server: Server; stop: () => Promise<void> } {
  let draining = false;
  const app = createApp(service.deps, service.access, () => draining);
  // No limit on how long a request may take: an upload of days is right. A connection without a byte is not.
  const server = createServer({ requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 30_000 }, app.express);
  server.timeout = config.IDLE_SECONDS * 1000;
  server.maxHeadersCount = 100;
  const metrics = config.METRICS_PORT
    ? createServer(async (_req, res) => res.end(await app.metrics.registry.metrics()))
    : undefined;
  metrics?.listen(config.METRICS_PORT, '127.0.0.1');
  const loops = reconcilers.map((start) => start(service.deps));
  server.listen(config.PORT, config.HOST);
  const stop = async () => {
    draining = true;
    metrics?.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
    server.closeAllConnections();
    await Promise.all(loops.map((loop) => loop.stop()));
  };
  return { server, stop };
}
