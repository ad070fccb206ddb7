import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import type { Deps } from '../deps.ts';
import { present } from '../errors.ts';
import { says } from '../faults/field-words.ts';
import { type Route, route } from '../http/route.ts';
import { flag, idParam, pageOf, pageQuery, text } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import type { Decide } from '../ledger/ledger.ts';
import { answerRoutes, limitsOf, ofDepartment, ofGrant, recordIds } from './answer-routes.ts';
import { grantShape, toGrant } from './answers.ts';
import { decideRequest } from './asking.ts';
import { revoke } from './grant-commands.ts';
import { type GrantEvent, type GrantState, grantKind, grantReasons } from './grant-events.ts';
import { asked, inStanding, scopeOf } from './queue.ts';

/** Asking, answering, revoking, and the queue of both sides. */
export function grantRoutes(deps: Deps): Route[] {
  const { policy } = deps;
  const { seconds, viewings } = limitsOf(policy);
  const show = (grant: GrantState) => toGrant(grant, deps.now());

  const requestBody = z
    .strictObject({
      reason: z.enum(grantReasons),
      text: text(1000),
      caseId: z.uuid().optional(),
      recordIds,
      seconds: seconds.default(policy['retrieval.seconds.default'].value),
      viewings: viewings.default(policy['retrieval.viewings.default'].value),
    })
    .refine(({ reason, caseId }) => reason !== 'case' || caseId, {
      path: ['caseId'],
      message: says('the reason needs a case'),
    })
    .refine(({ reason, caseId }) => reason !== 'unlinked-record' || !caseId, {
      path: ['caseId'],
      message: says('the reason takes no case'),
    });

  return [
    route({
      method: 'post',
      path: '/grants',
      summary: { zh: '申请调阅', en: 'Ask for a retrieval grant' },
      access: { permission: 'grant.request' },
      leaves: ['grant.requested', 'grant.approved'],
      body: requestBody,
      answer: grantShape,
      status: 201,
      handler: async (context, { body }) => {
        const me = context.signedIn.id;
        const decide: Decide<GrantState, GrantEvent> = (_, read) => decideRequest(deps, context.chain, me, body, read);
        const done = await context.execute(grantKind, deps.newId(), decide);
        return show(done.state);
      },
    }),
    route({
      method: 'get',
      path: '/grants',
      summary: { zh: '调阅申请与授权列表', en: 'Requests for retrieval, and grants' },
      access: { permission: 'grant.read' },
      leaves: [],
      query: z.strictObject({
        ...pageQuery,
        state: z.enum(asked).optional(),
        /** Only one's own. */
        mine: flag.optional(),
        /** Only what waits for the caller's answer. */
        waiting: flag.optional(),
        recordId: z.uuid().optional(),
        caseId: z.uuid().optional(),
      }),
      answer: pageOf(grantShape),
      handler: async (context, { query }) => {
        const { state, mine, waiting, recordId, caseId, limit, after } = query;
        const me = context.signedIn;
        const parts: Filter[] = [scopeOf(context)];
        if (state) parts.push(inStanding(state, deps.now()));
        if (mine) parts.push({ personId: me.id });
        if (waiting) {
          parts.push({ state: 'requested', personId: { $ne: me.id }, departments: { $in: me.departments } });
        }
        if (recordId) parts.push({ recordIds: recordId });
        if (caseId) parts.push({ caseId });
        const sort = { path: 'requestedAt', descending: true };
        const filter = { $and: parts };
        const page = await findViews(deps, grantKind, { chain: context.chain, filter, sort, limit, after });
        return { ...page, items: page.items.map(show) };
      },
    }),
    route({
      method: 'get',
      path: '/grants/{id}',
      summary: { zh: '查看调阅申请或授权', en: 'A request for retrieval, or its grant' },
      access: { permission: 'grant.read', of: ofGrant },
      leaves: [],
      params: idParam,
      answer: grantShape,
      handler: async (context, { params }) => show(await context.get(grantKind, params.id)),
    }),
    ...answerRoutes(deps),
    route({
      method: 'post',
      path: '/grants/{id}/revoke',
      summary: { zh: '撤销调阅授权', en: 'Revoke a grant' },
      access: { permission: 'grant.revoke', of: ofDepartment },
      leaves: ['grant.revoked'],
      params: idParam,
      body: z.strictObject({ reason: text(1000) }),
      answer: grantShape,
      handler: async (context, { params, body }) => {
        const { ifVersion } = context;
        const decide = (grant: GrantState | undefined) => revoke(present(grant), 'person', body.reason, deps.now());
        const done = await context.execute(grantKind, params.id, decide, { ifVersion });
        deps.signals.emit('grant.ended', context.chain, params.id);
        return show(done.state);
      },
    }),
  ];
}
