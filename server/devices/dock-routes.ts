import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { issuedToken, lastUses, newTokenAnswer, tokenAnswer, withUses } from '../access/bearer-tokens.ts';
import { instantIn } from '../access/periods.ts';
import { ids } from '../access/shapes.ts';
import { invalid, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery, text } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import * as commands from './commands.ts';
import { type DockEvent, type DockState, dockKind } from './dock.ts';

/** Docking stations: the system administrator registers them, the security administrator gives and takes their tokens. */

const answer = z.object({
  id: z.string(),
  name: z.string(),
  departmentId: z.string(),
  tokens: z.array(tokenAnswer),
  registeredAt: z.string(),
});

const belongs = async (context: Context, id: string) => {
  const dock = await context.get(dockKind, id);
  return { departments: [dock.departmentId], people: [] };
};

async function describe({ deps, chain }: Context, docks: readonly DockState[]) {
  const uses = await lastUses(
    deps,
    chain,
    docks.map(({ id }) => `dock/${id}`),
  );
  return docks.map((dock) => ({ ...dock, tokens: withUses(dock.tokens, uses) }));
}

const register = route({
  method: 'post',
  path: '/docks',
  summary: { zh: '登记采集站', en: 'Register a dock' },
  access: { permission: 'device.manage' },
  leaves: ['dock.registered'],
  body: z.strictObject({ name: text(100), departmentId: z.uuid() }),
  answer,
  status: 201,
  async handler(context, { body }) {
    const event: DockEvent = { type: 'dock.registered', data: body };
    const done = await context.execute(dockKind, context.deps.newId(), async (_, read) => {
      await commands.requireDepartment(body.departmentId, read);
      return [event];
    });
    return done.state;
  },
});

const list = route({
  method: 'get',
  path: '/docks',
  summary: { zh: '采集站列表', en: 'Docks' },
  access: { permission: 'device.read' },
  leaves: [],
  query: z.strictObject({ ...pageQuery, departmentId: z.uuid().optional() }),
  answer: pageOf(answer),
  async handler(context, { query: { limit, after, departmentId } }) {
    const { chain, reach, signedIn } = context;
    const near: Filter[] = reach === 'agency' ? [] : [{ departmentId: { $in: signedIn.departments } }];
    const filter: Filter = { $and: [...near, ...(departmentId ? [{ departmentId }] : [])] };
    const page = await findViews(context.deps, dockKind, { chain, filter, sort: { path: 'name' }, limit, after });
    return { ...page, items: await describe(context, page.items) };
  },
});

const read = route({
  method: 'get',
  path: '/docks/{id}',
  summary: { zh: '查看采集站', en: 'A dock' },
  access: { permission: 'device.read', of: belongs },
  leaves: [],
  params: idParam,
  answer,
  async handler(context, { params }) {
    const [described] = await describe(context, [await context.get(dockKind, params.id)]);
    return described!;
  },
});

const issue = route({
  method: 'post',
  path: '/docks/{id}/tokens',
  summary: { zh: '签发采集站令牌，仅显示一次', en: 'Issue a token of a dock; it is shown once' },
  access: { permission: 'dock.secure', of: belongs },
  leaves: ['dock.token-issued'],
  params: idParam,
  body: z.strictObject({ name: text(100), expiresAt: instantIn }),
  answer: newTokenAnswer,
  status: 201,
  async handler(context, { params, body: { name, expiresAt } }) {
    const { deps, chain } = context;
    if (expiresAt <= deps.now().toISOString()) throw invalid('/expiresAt', 'it is past');
    const event: DockEvent = { type: 'dock.token-issued', data: { id: deps.newId(), name, expiresAt } };
    const done = await context.execute(dockKind, params.id, (dock) => {
      present(dock);
      return [event];
    });
    const issued = done.state.tokens.at(-1)!;
    const { state } = await deps.ledger.load(dockKind, chain, params.id);
    return await issuedToken(deps, chain, `dock/${params.id}`, { issued, version: done.version, held: state?.tokens });
  },
});

const revoke = route({
  method: 'delete',
  path: '/docks/{id}/tokens/{tokenId}',
  summary: { zh: '吊销采集站令牌，立即失效', en: 'Revoke a token of a dock; it ends at once' },
  access: { permission: 'dock.secure', of: belongs },
  leaves: ['dock.token-revoked'],
  params: ids('id', 'tokenId'),
  async handler(context, { params: { id, tokenId } }): Promise<undefined> {
    await context.execute(dockKind, id, (dock) => commands.revokeToken(present(dock), tokenId));
  },
});

export const dockRoutes: Route[] = [register, list, read, issue, revoke];
