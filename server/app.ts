import express, { type Express, Router } from 'express';
import type { Access } from './access/authenticate.ts';
import { proxiesOf } from './config.ts';
import type { Deps } from './deps.ts';
import { Fault } from './errors.ts';
import { features } from './features.ts';
import { frame } from './http/frame.ts';
import { healthHandler, readyHandler } from './http/health.ts';
import { Limits } from './http/limits.ts';
import { Metrics, metricsHandler } from './http/metrics.ts';
import { mount, pathOf } from './http/mount.ts';
import { openApiDoor } from './http/openapi.ts';
import { pages } from './http/pages.ts';
import { problemHandler } from './http/problem.ts';
import { checkRoutes, type Door, type Route } from './http/route.ts';
import { securityHeaders } from './http/security.ts';
import { tsaHandler } from './http/tsa.ts';
import { tusFrame } from './http/tus-frame.ts';
import { pageHandler } from './http/verify-page.ts';
import { kinds } from './kinds.ts';
import { publicLog } from './log/routes.ts';
import { witnessDoor, witnessKey } from './witness/routes.ts';

type Declared = readonly (Route | Door)[];

export interface App {
  express: Express;
  routes: Declared;
  metrics: Metrics;
}

/** The Express app of an installation; it never listens. Throws when a route is declared without policy or custody event. */
export function createApp(deps: Deps, access: Access, draining: () => boolean = () => false): App {
  const declared = features.flatMap((feature) => {
    const { routes = [], doors = [] } = feature(deps);
    return [...routes, ...doors];
  });
  const routes = [...declared, openApiDoor(declared, deps.config)];
  checkRoutes(routes, kinds.eventTypes);
  const app = express();
  const metrics = new Metrics(deps);
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('trust proxy', proxiesOf(deps.config));
  app.use(securityHeaders(deps.config));
  app.use(frame(deps, metrics, draining));
  app.get('/healthz', healthHandler);
  app.get('/readyz', readyHandler(deps));
  app.get('/metrics', metricsHandler(deps.config.METRICS_TOKEN, metrics));
  const limits = new Limits(deps.config);
  app.post('/tsa', tsaHandler(deps, limits));
  app.get('/verify.html', pageHandler(deps.page, limits));
  if (deps.config.LOG_PUBLIC === 'on') app.get('/log/*path', publicLog(deps, limits));
  if (deps.witness) {
    app.get('/witness/vkey', witnessKey(deps.witness));
    app.post('/witness/add-checkpoint', witnessDoor(deps.witness, limits));
  }
  app.use('/api/v1', apiRouter(deps, access, routes, limits));
  app.use(pages(deps, limits));
  app.use(() => {
    throw new Fault('NOT_FOUND');
  });
  app.use(problemHandler(deps.logger));
  return { express: app, routes, metrics };
}

function apiRouter(deps: Deps, access: Access, routes: Declared, limits: Limits): Router {
  const api = Router({ caseSensitive: true, strict: true });
  api.use('/uploads', tusFrame);
  mount(api, routes, deps, access, limits);
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    const allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
    api.all(pathOf(path), (req, res) => {
      if (req.method !== 'OPTIONS') {
        throw new Fault('METHOD_NOT_ALLOWED', { params: { method: req.method }, headers: { Allow: allow } });
      }
      res.status(204).set('Allow', allow).end();
    });
  }
  return api;
}
