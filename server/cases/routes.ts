import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { instantIn } from '../access/periods.ts';
import { present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Feature, type Route, route } from '../http/route.ts';
import { externalParams, idParam, pageOf, pageQuery, requireVersion, text } from '../http/shapes.ts';
import { between, findViews } from '../ledger/find-views.ts';
import { caseKinds, stages } from '../policy/case-kinds.ts';
import { caseIsWithin, casesWithin, ofCase } from '../records/reach.ts';
import { caseAnswer, caseView, listed, listedCase } from './answers.ts';
import { caseBody, caseChange } from './bodies.ts';
import { correct } from './commands.ts';
import { completenessRoute } from './completeness.ts';
import { deadlineRoutes } from './deadline-routes.ts';
import { type CaseState, caseKind, caseNumberClaim } from './events.ts';
import { openCase, upsertExternalCase } from './open.ts';
import { partRoutes } from './part-routes.ts';
import { requireKnown } from './people.ts';

/** Cases: opened, corrected, found; their stages, subjects and team are in part-routes.ts, what each stage holds in completeness.ts. */
export const caseRoutes: Feature = () => ({
  routes: [...making(), ...reading(), completenessRoute(), ...partRoutes(), ...deadlineRoutes()],
});

function making(): Route[] {
  return [
    route({
      method: 'post',
      path: '/cases',
      summary: { zh: '建立案件', en: 'Open a case' },
      access: { permission: 'case.open' },
      leaves: ['case.opened', 'case.deadline-set'],
      body: caseBody,
      answer: caseView,
      status: 201,
      handler: async (context, { body }) => caseAnswer(context, await openCase(context, body)),
    }),
    route({
      method: 'put',
      path: '/cases/external/{system}/{id}',
      summary: {
        zh: '按外部系统编号建立或更新案件',
        en: 'Open or update a case by the id that another system gave it',
      },
      access: { permission: 'case.open' },
      leaves: ['case.opened', 'case.deadline-set', 'case.corrected', 'case.numbered', 'case.external-id-set'],
      params: externalParams,
      body: caseBody,
      answer: caseView,
      or: 201,
      handler: async (context, { params, body }) =>
        caseAnswer(context, await upsertExternalCase(context, params, body)),
    }),
    route({
      method: 'patch',
      path: '/cases/{id}',
      summary: { zh: '更正案件、编立案号', en: 'Correct a case, give it its number' },
      access: { permission: 'case.write', of: ofCase },
      leaves: ['case.corrected', 'case.numbered'],
      params: idParam,
      body: caseChange,
      answer: caseView,
      handler: async (context, { params, body }) => {
        const ifVersion = requireVersion(context);
        await requireKnown(context, { departmentId: body.departmentId });
        const decide = (file: CaseState | undefined) => correct(present(file), body);
        return caseAnswer(context, (await context.execute(caseKind, params.id, decide, { ifVersion })).state);
      },
    }),
  ];
}

const query = z.strictObject({
  ...pageQuery,
  state: z.enum(['open', 'closed']).optional(),
  kind: z.enum(caseKinds).optional(),
  stage: z.enum(stages).optional(),
  departmentId: z.uuid().optional(),
  subjectId: z.uuid().optional(),
  /** On whose team the person is or was. */
  personId: z.uuid().optional(),
  /** The whole number, in whatever brackets. */
  caseNo: text(100).optional(),
  /** Opened in [from, to). */
  from: instantIn.optional(),
  to: instantIn.optional(),
  q: text(200).optional(),
  /** Something of it is due before this day. */
  dueBefore: z.iso.date().optional(),
  /** The last opened first, or those that have a deadline, the next one first. */
  sort: z.enum(['opened', 'due']).default('opened'),
});

function reading(): Route[] {
  return [
    route({
      method: 'get',
      path: '/cases',
      summary: { zh: '案件列表', en: 'Cases' },
      access: { permission: 'case.read' },
      leaves: [],
      query,
      answer: pageOf(listedCase),
      handler: async (context, asked) => await list(context, asked.query),
    }),
    route({
      method: 'get',
      path: '/cases/{id}',
      summary: { zh: '查看案件', en: 'A case' },
      access: { permission: 'case.read', of: ofCase },
      leaves: [],
      params: idParam,
      answer: caseView,
      handler: async (context, { params }) => caseAnswer(context, await context.get(caseKind, params.id)),
    }),
  ];
}

/** A page may hold fewer than asked for: former members of a team find the case, and are left out afterwards. */
async function list(context: Context, asked: z.output<typeof query>) {
  const { deps, chain, reach, signedIn } = context;
  const { state, kind, stage, departmentId, subjectId, personId, caseNo, from, to, q, dueBefore, limit, after } = asked;
  const parts: (Filter | undefined)[] = [
    casesWithin(reach, signedIn),
    { ...(state && { state }), ...(kind && { kind }), ...(stage && { stage }), ...(departmentId && { departmentId }) },
    {
      ...(subjectId && { subjectIds: subjectId }),
      ...(personId && { 'team.personId': personId }),
      ...(q && { $text: q }),
    },
    ...between('openedAt', from, to),
    ...(dueBefore ? [{ nextDue: { $lt: dueBefore } }] : []),
    // Those that have none would come first.
    ...(asked.sort === 'due' ? [{ nextDue: { $gt: '' } }] : []),
  ];
  if (caseNo) {
    const id = await deps.ledger.holder(chain, caseNumberClaim(caseNo));
    if (!id) return { items: [] };
    parts.push({ id });
  }
  const filter = { $and: parts.filter((part) => part !== undefined && Object.keys(part).length > 0) as Filter[] };
  const sort = asked.sort === 'due' ? { path: 'nextDue' } : { path: 'openedAt', descending: true };
  const page = await findViews(deps, caseKind, { chain, filter, sort, limit, after });
  const items = page.items.filter((file) => caseIsWithin(reach, signedIn, file, deps.now()));
  return { ...page, items: items.map((file) => listed(context, file)) };
}
