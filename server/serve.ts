import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from './app.ts';
import type { Service } from './compose.ts';
import type { Config } from './config.ts';
import { answerBrokenRequests } from './http/broken-requests.ts';
import type { Metrics } from './http/metrics.ts';
import type { Reconciler } from './reconciler.ts';
import { reconcilers } from './reconcilers.ts';

/** So long running transfers get when the service stops, in ms. */
export const DRAIN_MS = 10_000;
/** The headers of a request must have come by then, in ms. */
export const HEADERS_MS = 30_000;
/** An idle connection is kept so long between two requests, in ms: a proxy must drop it sooner. */
export const KEEP_ALIVE_MS = 30_000;

export interface Running {
  server: Server;
  /** Resolves when it listens; rejects with the error of `listen` (EADDRINUSE, EACCES, …). */
  listening: Promise<void>;
  /** Takes no new request, gives transfers ten seconds, then closes what is left and ends the loops. */
  stop(): Promise<void>;
  /** Gives transfers no more time. */
  cut(): void;
}

/** Listens, and runs the loops from then on. */
export function serve(service: Service, config: Config): Running {
  const { deps } = service;
  let draining = false;
  const app = createApp(deps, service.access, () => draining);
  const idle = config.IDLE_SECONDS * 1000;
  const server = createServer(
    {
      // No limit on how long a request may take: an upload of days is right. A connection without a byte is not.
      requestTimeout: 0,
      headersTimeout: Math.min(HEADERS_MS, idle),
      connectionsCheckingInterval: Math.min(5000, idle),
      keepAliveTimeout: Math.min(KEEP_ALIVE_MS, idle),
    },
    app.express,
  );
  server.timeout = idle;
  // Node would drop the headers beyond a limit silently; http/frame.ts refuses the request.
  server.maxHeadersCount = 0;
  answerBrokenRequests(server, deps.newId);
  const servers = config.METRICS_PORT ? [server, metricsServer(app.metrics)] : [server];
  let loops: Reconciler[] = [];
  server.listen(config.PORT, config.HOST);
  servers[1]?.listen(config.METRICS_PORT, '127.0.0.1');
  const listening = Promise.all(servers.map((each) => once(each, 'listening'))).then(() => {
    loops = draining ? [] : reconcilers.map((start) => start(deps));
  });
  listening.catch(() => {});
  const cut = () => {
    for (const each of servers) each.closeAllConnections();
  };
  const stop = async () => {
    draining = true;
    const closed = Promise.all(servers.map(close));
    await Promise.race([closed, sleep(DRAIN_MS, undefined, { ref: false })]);
    cut();
    await Promise.all(loops.map((loop) => loop.stop()));
  };
  return { server, listening, stop, cut };
}

/** A listener of its own, on the loopback interface only: no token is asked. */
function metricsServer({ registry }: Metrics): Server {
  return createServer(async (req, res) => {
    const [status, text] = await (req.url === '/metrics' ? registry.metrics() : Promise.reject()).then(
      (metrics) => [200, metrics] as const,
      () => [404, ''] as const,
    );
    res.writeHead(status, { 'Content-Type': registry.contentType }).end(text);
  });
}

/** Resolves when the last connection is gone; those that fall idle meanwhile are closed. */
async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const sweep = setInterval(() => server.closeIdleConnections(), 100);
  server.close(() => resolve());
  await promise.finally(() => clearInterval(sweep));
}
