import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { z } from 'zod';
import { canonicalBytes } from '../../signing/canonical.ts';
import type { Access as Gate } from '../access/authenticate.ts';
import { reachOf } from '../access/matrix.ts';
import { within } from '../access/reaches.ts';
import type { Deps } from '../deps.ts';
import { Fault, type FieldFault } from '../errors.ts';
import { isContent, sendContent } from './content.ts';
import { Context } from './context.ts';
import type { Limits } from './limits.ts';
import { checkOrigin } from './origin.ts';
import type { Door, Route } from './route.ts';

/** Sets every declared route on a router; what a route does not declare cannot happen. */
export function mount(router: Router, routes: readonly (Route | Door)[], deps: Deps, gate: Gate, limits: Limits): void {
  const json = express.json({
    limit: deps.config.BODY_LIMIT,
    strict: true,
    type: ['application/json', 'application/*+json'],
  });
  for (const declared of routes) {
    const path = declared.path.replace(/\{(\w+)\}/g, ':$1');
    router[declared.method](path, async (req: Request, res: Response) => {
      const caller = await gate.authenticate(req);
      const context = new Context(deps, req, caller, res.locals.requestId as string);
      if (caller) context.touch = () => gate.touch(caller);
      await limits.take(context, declared.transfer === true);
      admit(declared, context);
      if (caller?.byCookie) checkOrigin(req, deps.config);
      const params = parse(declared.params, req.params, 'params');
      const query = parse(declared.query, req.query, 'query');
      await reach(declared, context, params);
      if ('serve' in declared) {
        await declared.serve(context, req, res);
        return;
      }
      if (declared.body) await readBody(json, req, res);
      const body = parse(declared.body, req.body, '');
      repeatable(declared, context, body);
      const value = await declared.handler(context, { params, query, body } as never);
      await answer(declared, context, value, res);
    });
  }
}

/** Role first: who may not call at all learns nothing of what is there. */
function admit({ access }: Route | Door, context: Context): void {
  if ('open' in access) return;
  const caller = context.signedIn;
  const early = 'session' in access && access.evenBeforePasswordChange;
  if (caller.mustChangePassword && !early) throw new Fault('PASSWORD_CHANGE_REQUIRED');
  if ('session' in access) {
    if (caller.kind !== 'person') throw new Fault('FORBIDDEN');
    return;
  }
  if (caller.kind === 'dock') {
    if (!access.docks) throw new Fault('FORBIDDEN');
    context.reach = 'department';
    context.role = 'dock';
    return;
  }
  const found = reachOf(access.permission, caller.roles);
  if (!found) throw new Fault('FORBIDDEN');
  context.reach = found.reach;
  context.role = found.role;
}

async function reach({ access }: Route | Door, context: Context, params: unknown): Promise<void> {
  if (!('permission' in access) || !access.of) return;
  Object.assign(context.req.params, params);
  if (!within(context.reach, context.signedIn, await access.of(context))) throw new Fault('FORBIDDEN');
}

async function readBody(json: express.RequestHandler, req: Request, res: Response): Promise<void> {
  if (!req.is(['application/json', 'application/*+json'])) {
    throw new Fault('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'application/json' } });
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const next: NextFunction = (error?: unknown) => (error ? reject(error) : resolve());
  json(req, res, next);
  await promise;
}

/** Strict parsing by zod: every fault with its pointer. `prefix` names query and params, whose pointers are ours. */
function parse(schema: z.ZodType | undefined, value: unknown, prefix: 'params' | 'query' | ''): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  if (prefix === 'params') throw new Fault('NOT_FOUND');
  const errors: FieldFault[] = result.error.issues.slice(0, 50).map(({ path, message }) => ({
    pointer: [
      prefix && `/${prefix}`,
      ...path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`),
    ].join(''),
    detail: message,
  }));
  throw new Fault('VALIDATION', { errors });
}

function repeatable(declared: Route, context: Context, body: unknown): void {
  const key = context.req.headers['idempotency-key'];
  if (key === undefined || declared.method !== 'post' || !context.caller) return;
  if (typeof key !== 'string' || !/^[\x20-\x7e]{1,128}$/.test(key)) throw new Fault('IDEMPOTENCY_KEY_INVALID');
  const sent = JSON.stringify(context.req.body ?? null);
  const text = Buffer.from(canonicalOr(body, sent)).toString('utf8');
  context.repeatable(key, `POST ${context.req.path} ${text}`);
}

/** The parsed body in canonical form, so that the order of fields does not make another request of it. */
function canonicalOr(body: unknown, sent: string): Uint8Array {
  try {
    return canonicalBytes(body ?? null);
  } catch {
    return Buffer.from(sent);
  }
}

async function answer(declared: Route, context: Context, value: unknown, res: Response): Promise<void> {
  if (declared.evidence && !isContent(value) && context.left.length === 0) {
    throw new Error(`${declared.path} touched evidence and left no entry`);
  }
  if (context.version !== undefined && context.version > 0) res.set('ETag', `"${context.version}"`);
  res.set(context.headers);
  if (isContent(value)) {
    await sendContent(value, context.req, res);
    return;
  }
  res.set('Cache-Control', 'no-store');
  const status = context.status ?? declared.status ?? 200;
  if (!declared.answer) {
    res.status(status === 200 ? 204 : status).end();
    return;
  }
  res.status(status).json(declared.answer.parse(value));
}
