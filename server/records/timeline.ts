import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { instantIn } from '../access/periods.ts';
import { caseKind } from '../cases/events.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery } from '../http/shapes.ts';
import { between, everyView, findViews } from '../ledger/find-views.ts';
import { stages } from '../policy/case-kinds.ts';
import { subjectKind } from '../subjects/events.ts';
import { recordAnswer, recordView } from './answers.ts';
import { type RecordState, recordKind } from './events.ts';
import { caseKey, caseWideKey, subjectKey } from './link-keys.ts';
import { caseIsWithin, ofCase, recordsWithin } from './reach.ts';
import { recordKinds } from './shapes.ts';

/**
 * Text and audio-video of one subject, or of one case, together and in time order.
 * Source: 国办发〔2018〕118号 二(三): 按照执法对象对文字、音像记录集中储存.
 */
export function timelineRoutes(): Route[] {
  const filters = {
    ...pageQuery,
    kind: z.enum(recordKinds).optional(),
    stage: z.enum(stages).optional(),
    /** Captured (or received) in [from, to). */
    from: instantIn.optional(),
    to: instantIn.optional(),
    order: z.enum(['asc', 'desc']).default('asc'),
  };
  return [
    route({
      method: 'get',
      path: '/subjects/{id}/records',
      summary: {
        zh: '执法对象的全部记录（文字与音像，跨案件）',
        en: 'All records of a subject, across cases, in time order',
      },
      access: { permission: 'record.read' },
      leaves: [],
      params: idParam,
      query: z.strictObject({ ...filters, caseId: z.uuid().optional() }),
      answer: pageOf(recordView.extend({ via: z.enum(['direct', 'case']) })),
      handler: async (context, { params, query }) => await ofSubject(context, params.id, query),
    }),
    route({
      method: 'get',
      path: '/cases/{id}/records',
      summary: { zh: '案件的全部记录', en: 'All records of a case, in time order' },
      access: { permission: 'case.read', of: ofCase },
      leaves: [],
      params: idParam,
      query: z.strictObject(filters),
      answer: pageOf(recordView),
      handler: async (context, { params, query }) => {
        const page = await pageFor(context, [{ linkKeys: caseKey(params.id, query.stage) }], query);
        return { ...page, items: await Promise.all(page.records.map((record) => recordAnswer(context, record))) };
      },
    }),
  ];
}

interface Asked {
  kind?: RecordState['kind'] | undefined;
  stage?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  order: 'asc' | 'desc';
  limit: number;
  after?: string | undefined;
}

/**
 * A record is the subject's when a link names the subject, or links it to a case of the subject and names nobody else. The caller sees
 * those that they may read by the record's origin or by such a case.
 */
async function ofSubject(context: Context, id: string, asked: Asked & { caseId?: string | undefined }) {
  await context.get(subjectKind, id);
  const { caseId, stage } = asked;
  const { reach, signedIn, deps, chain } = context;
  const files = await Array.fromAsync(everyView(deps, caseKind, { chain, filter: { subjectIds: id } }));
  const inCases = files.map((file) => file.id).filter((one) => caseId === undefined || one === caseId);
  const keys = [subjectKey(id, caseId, stage), ...inCases.map((one) => caseWideKey(one, stage))];
  const origin = recordsWithin(reach, signedIn);
  const readable = files.filter((file) => caseIsWithin(reach, signedIn, file, deps.now())).map((file) => file.id);
  const visible: Filter[] = origin ? [{ $or: [origin, { caseIds: { $in: readable } }] }] : [];
  const page = await pageFor(context, [{ linkKeys: { $in: keys } }, ...visible], asked);
  const direct = subjectKey(id, caseId, stage);
  const items = page.records.map(async (record) => ({
    ...(await recordAnswer(context, record)),
    via: record.linkKeys.includes(direct) ? ('direct' as const) : ('case' as const),
  }));
  return { ...page, items: await Promise.all(items) };
}

async function pageFor(context: Context, parts: Filter[], { kind, from, to, order, limit, after }: Asked) {
  context.version = undefined;
  const { items: records, ...rest } = await findViews(context.deps, recordKind, {
    chain: context.chain,
    filter: { $and: [...parts, ...(kind ? [{ kind }] : []), ...between('sortTime', from, to)] },
    sort: { path: 'sortTime', descending: order === 'desc' },
    limit,
    after,
  });
  return { records, ...rest };
}
