import express, { type Express, Router } from 'express';
import helmet from 'helmet';
import type { Access } from './access/authenticate.ts';
import type { Deps } from './deps.ts';
import { Fault } from './errors.ts';
import { features } from './features.ts';
import { Metrics, mountHealth } from './http/health.ts';
import { Limits } from './http/limits.ts';
import { mount } from './http/mount.ts';
import { openApi } from './http/openapi.ts';
import { problemHandler } from './http/problem.ts';
import { checkRoutes, type Door, type Route } from './http/route.ts';
import { kinds } from './kinds.ts';

export interface App {
  express: Express;
  routes: readonly (Route | Door)[];
  metrics: Metrics;
}

/** The Express app of an installation; it never listens. Throws when a route is declared without policy or custody event. */
export function createApp(deps: Deps, access: Access, draining: () => boolean = () => false): App {
  const declared = features.flatMap((feature) => {
    const { routes = [], doors = [] } = feature(deps);
    return [...routes, ...doors];
  });
  checkRoutes(declared, kinds.eventTypes);
  const app = express();
  const metrics = new Metrics(deps);
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set(
    'trust proxy',
    deps.config.TRUSTED_PROXIES.split(',')
      .map((part) => part.trim())
      .filter(Boolean),
  );
  app.use(security(deps));
  app.use((req, res, next) => {
    res.locals.requestId = deps.newId();
    res.set('X-Request-Id', res.locals.requestId as string);
    const began = performance.now();
    res.once('close', () => {
      metrics.requests.inc({ method: req.method, status: res.statusCode });
      metrics.seconds.observe((performance.now() - began) / 1000);
      const { method, path } = req;
      deps.logger.debug({ requestId: res.locals.requestId, method, path, status: res.statusCode }, 'request');
    });
    if (draining()) {
      res.set('Connection', 'close');
      next(new Fault('UNAVAILABLE', { headers: { 'Retry-After': '10' } }));
      return;
    }
    next();
  });
  mountHealth(app, deps, metrics);
  app.use('/api/v1', apiRouter(deps, access, declared));
  app.use(() => {
    throw new Fault('NOT_FOUND');
  });
  app.use(problemHandler(deps.logger));
  return { express: app, routes: declared, metrics };
}

function apiRouter(deps: Deps, access: Access, declared: readonly (Route | Door)[]): Router {
  const api = Router({ caseSensitive: true, strict: true });
  // tus 1.0, X-HTTP-Method-Override: for clients whose environment allows no PATCH and DELETE.
  api.use('/uploads/:id', (req, _res, next) => {
    const override = req.headers['x-http-method-override'];
    if (req.method === 'POST' && (override === 'PATCH' || override === 'DELETE' || override === 'HEAD'))
      req.method = override;
    next();
  });
  mount(api, declared, deps, access, new Limits(deps.config));
  const document = openApi(declared, '0.1.0');
  api.get('/openapi.json', (_req, res) => {
    res.json(document);
  });
  for (const path of new Set(declared.map((route) => route.path))) {
    const allowed = declared.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
    api.all(path.replace(/\{(\w+)\}/g, ':$1'), (req) => {
      const headers = { Allow: [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : [])].join(', ') };
      throw new Fault('METHOD_NOT_ALLOWED', { params: { method: req.method }, headers });
    });
  }
  return api;
}

function security(deps: Deps) {
  const https = deps.config.PUBLIC_URL?.startsWith('https:') ?? false;
  const none = ["'none'"];
  const self = ["'self'"];
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        scriptSrc: self,
        styleSrc: self,
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: self,
        fontSrc: self,
        workerSrc: self,
        formAction: self,
        baseUri: none,
        frameAncestors: none,
        objectSrc: none,
      },
    },
    strictTransportSecurity: https ? { maxAge: 31_536_000 } : false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  });
}
