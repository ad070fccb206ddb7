import type { Request, Response } from 'express';
import type { z } from 'zod';
import { type Permission, permissions } from '../access/matrix.ts';
import type { Belongs } from '../access/reaches.ts';
import type { Deps } from '../deps.ts';
import type { Content } from './content.ts';
import type { Context } from './context.ts';

/**
 * Who may call a route. Every route has one; there is no default but refusal.
 * - `open`: nobody is asked, and why that is right.
 * - `session`: any person who is signed in.
 * - `permission`: a row of the matrix; `of` tells whose the thing is that `{id}` in the path names (absent: lists and makings, scoped
 *   by the handler).
 *   `docks: true` lets device tokens in too.
 */
export type Access =
  | { open: string }
  | { session: true; evenBeforePasswordChange?: true }
  | { permission: Permission; of?: (context: Context, id: string) => Promise<Belongs>; docks?: true };

type Schema = z.ZodType;
type Infer<S, Otherwise> = S extends z.ZodType ? z.output<S> : Otherwise;

interface Handled<P, Q, B> {
  params: P;
  query: Q;
  body: B;
}

/** One declaration: what it takes and answers, who may call it, and what it leaves in the ledger. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Under /api/v1, in OpenAPI's form: `/records/{id}`. */
  path: string;
  summary: { zh: string; en: string };
  access: Access;
  /** The event types that a call leaves in the ledger; empty for reading what is not evidence. */
  leaves: readonly string[];
  /** Bytes of evidence leave or come in by it: then `leaves` must not be empty. */
  evidence?: true;
  /** Only asks, by a method that may change things because the question needs a body: nothing changes, and nothing is left. */
  asks?: true;
  /** Counted in the bucket of byte transfers, not of calls. */
  transfer?: true;
  params?: Schema;
  query?: Schema;
  body?: Schema;
  answer?: Schema;
  status?: 200 | 201 | 202;
  /** The other status that the handler may choose by `context.status`: what was there already, or what had to be made. */
  or?: 200 | 201;
  /** The handler returns Content (bytes). */
  kind?: 'content';
  handler: (context: Context, input: Handled<never, never, never>) => Promise<unknown>;
}

interface Declaration<
  P extends Schema | undefined,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  A extends Schema | undefined,
> extends Omit<Route, 'params' | 'query' | 'body' | 'answer' | 'handler'> {
  params?: P;
  query?: Q;
  body?: B;
  answer?: A;
  handler: (
    context: Context,
    input: Handled<Infer<P, undefined>, Infer<Q, undefined>, Infer<B, undefined>>,
  ) => Promise<A extends z.ZodType ? z.input<A> : Content | undefined>;
}

/** Declares a route with its types tied together. */
export function route<
  P extends Schema | undefined = undefined,
  Q extends Schema | undefined = undefined,
  B extends Schema | undefined = undefined,
  A extends Schema | undefined = undefined,
>(declaration: Declaration<P, Q, B, A>): Route {
  return declaration as unknown as Route;
}

/** A route outside the JSON frame (tus, multipart): the handler writes the response itself, under the same access rules. */
export interface Door extends Omit<Route, 'handler' | 'kind' | 'answer' | 'body' | 'method'> {
  method: Route['method'] | 'head' | 'options';
  serve: (context: Context, req: Request, res: Response) => Promise<void>;
}

export type Feature = (deps: Deps) => { routes?: Route[]; doors?: Door[] };

/** Refuses what would be a hole: no policy, evidence or a change without an event, an event nobody defined, a path twice. */
export function checkRoutes(routes: readonly (Route | Door)[], eventTypes: ReadonlySet<string>): void {
  const seen = new Set<string>();
  const faults = routes.flatMap((declared) => {
    const { method, path } = declared;
    const name = `${method.toUpperCase()} ${path}`;
    const twice = seen.has(name) ? ['is declared twice'] : [];
    seen.add(name);
    return [...twice, ...holesOf(declared, eventTypes)].map((fault) => `${name} ${fault}`);
  });
  if (faults.length > 0) throw new Error(`routes refused:\n  ${faults.join('\n  ')}`);
}

function holesOf(declared: Route | Door, eventTypes: ReadonlySet<string>): string[] {
  const { method, path, evidence, asks, leaves = [], params } = declared;
  const access: Partial<Record<'open' | 'session' | 'permission', unknown>> = declared.access ?? {};
  const { open, session, permission } = access;
  const inPath = [...path.matchAll(/\{\+?(\w+)\}/g)].map(([, name]) => name);
  const reads = asks === true || ['get', 'head', 'options'].includes(method);
  const parsed = Object.keys((params as z.ZodObject | undefined)?.shape ?? {});
  const holes: [boolean, string][] = [
    [[open, session, permission].filter(Boolean).length !== 1, 'has no access policy, or more than one'],
    [permission !== undefined && !permissions.includes(permission as Permission), 'names no permission of the matrix'],
    [evidence === true && leaves.length === 0, 'touches evidence and leaves no custody event'],
    [!reads && leaves.length === 0, 'changes something and leaves no event'],
    [reads && !evidence && leaves.length > 0, 'reads what is no evidence and leaves events'],
    ['kind' in declared && !evidence, 'answers bytes and does not say that they are evidence'],
    ['of' in access && !inPath.includes('id'), 'tells whose a thing is and names none'],
    [inPath.sort().join() !== parsed.sort().join(), 'has other parameters than it parses'],
    ...leaves.map((type): [boolean, string] => [
      !eventTypes.has(type),
      `names the event ${type}, which nobody defines`,
    ]),
  ];
  return holes.flatMap(([is, fault]) => (is ? [fault] : []));
}
