import type { Request, Response, Router } from 'express';
import type { z } from 'zod';
import type { Access as Gate } from '../access/authenticate.ts';
import { reachOf } from '../access/matrix.ts';
import { within } from '../access/reaches.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import { bodyReader, requestText } from './body.ts';
import { isContent, sendContent } from './content.ts';
import { Context } from './context.ts';
import { readFields } from './field-faults.ts';
import type { Limits } from './limits.ts';
import { checkOrigin } from './origin.ts';
import { positionAfter, reachPosition } from './position.ts';
import { languageOf } from './problem.ts';
import type { Door, Route } from './route.ts';
import { requireVersion } from './shapes.ts';

/** A declared path in Express's form: `{id}` is one segment, `{+path}` (RFC 6570 section 3.2.3) one or more. */
export const pathOf = (path: string) => path.replace(/\{(\w+)\}/g, ':$1').replace(/\{\+(\w+)\}/g, '*$1');

/** Sets every declared route on a router; what a route does not declare cannot happen. */
export function mount(router: Router, routes: readonly (Route | Door)[], deps: Deps, gate: Gate, limits: Limits): void {
  const readBody = bodyReader(deps.config);
  for (const declared of routes) {
    router[declared.method](pathOf(declared.path), async (req: Request, res: Response) => {
      const caller = await gate.authenticate(req);
      const context = new Context(deps, req, { gate, caller, requestId: res.locals.requestId as string });
      await limits.take(context, declared.transfer === true);
      admit(declared, context);
      if (caller?.byCookie) checkOrigin(req, deps.config);
      if (caller) await reachPosition(context);
      const params = parse(declared.params, req.params, 'params', req);
      const query = parse(declared.query, req.query, 'query', req);
      await reach(declared, context, params);
      if ('serve' in declared) {
        await declared.serve(context, req, res);
        return;
      }
      if (declared.method === 'patch') requireVersion(context);
      const body = declared.body && parse(declared.body, await readBody(req, res), '', req);
      await context.demandLive();
      if (declared.method === 'post' && caller) context.repeatable(() => requestText(req, body));
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
  if (caller.only && !('permission' in access && access.permission === caller.only)) throw new Fault('FORBIDDEN');
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
  const { id } = params as { id: string };
  if (!within(context.reach, context.signedIn, await access.of(context, id))) throw new Fault('FORBIDDEN');
}

/** Strict parsing: every fault with its pointer. `prefix` names query and params, whose pointers are ours. */
function parse(schema: z.ZodType | undefined, value: unknown, prefix: 'params' | 'query' | '', req: Request): unknown {
  if (!schema) return undefined;
  const read = readFields(schema, value, prefix && `/${prefix}`, languageOf(req));
  if ('value' in read) return read.value;
  if (prefix === 'params') throw new Fault('NOT_FOUND');
  throw new Fault('VALIDATION', { errors: read.errors });
}

async function answer(declared: Route, context: Context, value: unknown, res: Response): Promise<void> {
  if (declared.evidence && !(isContent(value) ? value.custody >= 0 : context.left.length > 0)) {
    throw new Error(`${declared.path} touched evidence and left no entry`);
  }
  if (context.version !== undefined && context.version > 0) res.set('ETag', `"${context.version}"`);
  res.set({ ...positionAfter(context.left), ...context.headers });
  if (isContent(value)) {
    await sendContent(value, context, res);
    return;
  }
  res.set('Cache-Control', 'no-store');
  const { status: usual = 200, or = usual } = declared;
  const { status = usual } = context;
  if (status !== usual && status !== or)
    throw new Error(`${declared.path} answers ${status}, which it does not declare`);
  if (!declared.answer) res.status(204).end();
  else res.status(status).json(declared.answer.parse(value));
}
