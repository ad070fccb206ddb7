import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { recordKind } from '../records/events.ts';
import { ofGrant } from './answer-routes.ts';
import { toViewing, toWatched, viewingShape, watchedShape } from './answers.ts';
import { openViewing, recordsOf } from './opening.ts';
import { close } from './viewing-commands.ts';
import { type ViewingState, viewingKind } from './viewing-events.ts';
import { watchingOf } from './watching.ts';

/** Opening and closing a viewing, and who watched a record. A grant or viewing of someone else is not known of: 404. */
export function viewingRoutes(deps: Deps): Route[] {
  const watching = watchingOf(deps);
  const own = async (context: Context, id: string) => {
    const viewing = await context.get(viewingKind, id);
    if (viewing.personId !== context.signedIn.id) throw new Fault('NOT_FOUND');
    return viewing;
  };
  const show = async (context: Context, viewing: ViewingState) =>
    toViewing(viewing, await recordsOf(context, viewing.recordIds));

  return [
    route({
      method: 'post',
      path: '/grants/{id}/viewings',
      summary: { zh: '打开一次调阅', en: 'Open a viewing under a grant' },
      access: { permission: 'viewing.open' },
      leaves: ['grant.viewing-counted', 'grant.revoked', 'viewing.opened'],
      params: idParam,
      answer: viewingShape,
      status: 201,
      handler: async (context, { params }) => await show(context, await openViewing(context, watching, params.id)),
    }),
    route({
      method: 'get',
      path: '/grants/{id}/viewings',
      summary: { zh: '一项授权下的调阅情况', en: 'What was watched under a grant' },
      access: { permission: 'grant.read', of: ofGrant },
      leaves: [],
      params: idParam,
      query: z.strictObject(pageQuery),
      answer: pageOf(watchedShape),
      handler: async (context, { params, query: { limit, after } }) => {
        const filter: Filter = { grantId: params.id };
        const sort = { path: 'openedAt', descending: true };
        const page = await findViews(deps, viewingKind, { chain: context.chain, filter, sort, limit, after });
        const withAddress = context.reach === 'agency';
        return { ...page, items: page.items.map((viewing) => toWatched(viewing, { withAddress })) };
      },
    }),
    route({
      method: 'get',
      path: '/viewings/{id}',
      summary: { zh: '查看一次调阅', en: 'A viewing' },
      access: { permission: 'viewing.open' },
      leaves: [],
      params: idParam,
      answer: viewingShape,
      handler: async (context, { params }) => await show(context, await own(context, params.id)),
    }),
    route({
      method: 'post',
      path: '/viewings/{id}/close',
      summary: { zh: '结束调阅', en: 'Close a viewing' },
      access: { permission: 'viewing.open' },
      leaves: ['viewing.closed'],
      params: idParam,
      answer: viewingShape,
      handler: async (context, { params }) => {
        await own(context, params.id);
        await watching.end(params.id);
        const done = await context.execute(viewingKind, params.id, (viewing) => close(viewing, 'call'));
        watching.forget(params.id);
        return await show(context, done.state);
      },
    }),
    route({
      method: 'get',
      path: '/records/{id}/viewings',
      summary: { zh: '记录的调阅情况', en: 'Who watched a record' },
      access: { permission: 'grant.read' },
      leaves: [],
      params: idParam,
      query: z.strictObject(pageQuery),
      answer: pageOf(watchedShape),
      handler: async (context, { params, query: { limit, after } }) => {
        const { departmentId } = await context.get(recordKind, params.id);
        const { id: me, departments } = context.signedIn;
        const everyones =
          context.reach === 'agency' || (context.reach === 'department' && departments.includes(departmentId));
        const filter: Filter = { recordIds: params.id, ...(!everyones && { personId: me }) };
        const sort = { path: 'openedAt', descending: true };
        const page = await findViews(deps, viewingKind, { chain: context.chain, filter, sort, limit, after });
        const withAddress = context.reach === 'agency';
        return {
          ...page,
          items: page.items.map((viewing) => toWatched(viewing, { recordId: params.id, withAddress })),
        };
      },
    }),
  ];
}
