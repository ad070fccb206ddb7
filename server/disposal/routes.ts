import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import type { Belongs } from '../access/reaches.ts';
import { present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Feature, type Route, route } from '../http/route.ts';
import { flag, idParam, pageOf, pageQuery, text } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { disposalItem, disposalView, toItem, toView } from './answers.ts';
import { answer, demandDisposable, propose } from './commands.ts';
import { dueRoute } from './due.ts';
import { type DisposalEvent, type DisposalState, disposalKind, disposalStates } from './events.ts';
import { verdictsOf } from './verdicts.ts';

const ofList = async (context: Context, id: string): Promise<Belongs> => ({
  departments: [(await context.get(disposalKind, id)).departmentId],
  people: [],
});

/**
 * Lawful disposal (鉴定销毁): an archivist proposes records whose term is over, an approver of their department answers, and what is approved is
 * carried out by carry-out.ts. Two people, always.
 */
export const disposalRoutes: Feature = (deps) => ({
  routes: [dueRoute(), ...lists(deps.policy['disposal.records'].value)],
});

function lists(most: number): Route[] {
  const recordIds = z
    .array(z.uuid())
    .min(1)
    .max(most)
    .transform((ids) => [...new Set(ids)]);
  return [
    route({
      method: 'post',
      path: '/disposals',
      summary: { zh: '提请销毁期满记录', en: 'Propose records whose term is over for disposal' },
      access: { permission: 'disposal.propose' },
      leaves: ['disposal.proposed'],
      body: z.strictObject({ departmentId: z.uuid(), basis: text(1000), recordIds }),
      answer: disposalView,
      status: 201,
      handler: async (context, { body: { departmentId, basis, recordIds } }) => {
        const { deps, chain } = context;
        const done = await context.execute(disposalKind, deps.newId(), async (): Promise<DisposalEvent[]> => {
          const verdicts = await verdictsOf(deps, chain, departmentId, recordIds);
          return propose(departmentId, basis, demandDisposable(verdicts), deps.policy.version);
        });
        return await toView(deps, chain, done.state);
      },
    }),
    route({
      method: 'get',
      path: '/disposals',
      summary: { zh: '销毁清册列表', en: 'Disposal lists' },
      access: { permission: 'disposal.read' },
      leaves: [],
      query: z.strictObject({
        ...pageQuery,
        state: z.enum(disposalStates).optional(),
        /** Only what waits for the caller's answer. */
        waiting: flag.optional(),
        recordId: z.uuid().optional(),
      }),
      answer: pageOf(disposalItem),
      handler: async (context, { query: { state, waiting, recordId, limit, after } }) => {
        const { id, departments } = context.signedIn;
        const within: Filter = { departmentId: { $in: [...departments] } };
        const parts: Filter[] = context.reach === 'agency' ? [] : [within];
        if (state) parts.push({ state });
        if (waiting) parts.push({ state: 'proposed', proposedBy: { $ne: id } }, within);
        if (recordId) parts.push({ recordIds: recordId });
        const page = await findViews(context.deps, disposalKind, {
          chain: context.chain,
          filter: parts.length > 0 ? { $and: parts } : {},
          sort: { path: 'proposedAt', descending: true },
          limit,
          after,
        });
        return { ...page, items: page.items.map(toItem) };
      },
    }),
    route({
      method: 'get',
      path: '/disposals/{id}',
      summary: { zh: '查看销毁清册', en: 'A disposal list, with what has come of each record' },
      access: { permission: 'disposal.read', of: ofList },
      leaves: [],
      params: idParam,
      answer: disposalView,
      handler: async (context, { params }) =>
        await toView(context.deps, context.chain, await context.get(disposalKind, params.id)),
    }),
    route({
      method: 'post',
      path: '/disposals/{id}/answer',
      summary: { zh: '批准或不予批准销毁', en: 'Approve or refuse a disposal' },
      access: { permission: 'disposal.answer', of: ofList },
      leaves: ['disposal.approved', 'disposal.refused'],
      params: idParam,
      body: z.strictObject({ decision: z.enum(['approve', 'refuse']), reason: text(1000) }),
      answer: disposalView,
      handler: async (context, { params, body }) => {
        const { deps, chain, signedIn, ifVersion } = context;
        const decide = async (known: DisposalState | undefined): Promise<DisposalEvent[]> => {
          const list = present(known);
          const events = answer(list, body, signedIn);
          if (body.decision === 'approve')
            demandDisposable(await verdictsOf(deps, chain, list.departmentId, list.recordIds, list.id));
          return events;
        };
        const done = await context.execute(disposalKind, params.id, decide, { ifVersion });
        if (done.state.state === 'approved') deps.signals.emit('disposal.approved', chain, done.id);
        return await toView(deps, chain, done.state);
      },
    }),
  ];
}
