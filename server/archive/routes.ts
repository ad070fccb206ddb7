import { z } from 'zod';
import { ASIC_MEDIA_TYPE } from '../../signing/asic.ts';
import { packageKey } from '../../storage/objects/layout.ts';
import { type CaseEvent, type CaseState, caseKind } from '../cases/events.ts';
import { Fault, present } from '../errors.ts';
import type { Content } from '../http/content.ts';
import type { Context } from '../http/context.ts';
import { type Feature, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery, text } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { givenSignature, sign } from '../personal/sign.ts';
import { digestOf, type Subject, showStatement, statementAnswer, statementOf } from '../personal/statement.ts';
import { exportAnswer, showExport, showExports } from './answers.ts';
import { caseFileRoutes } from './case-files.ts';
import { cancelExport, fetchExport, lastFetch, requestExport } from './commands.ts';
import { contentsRoute } from './contents.ts';
import { recordsOf } from './dossier.ts';
import { type ExportEvent, exportForms, exportKind, exportStates } from './events.ts';

const orderBody = z.strictObject({ reason: text(2000).optional(), form: z.enum(exportForms).default('bag') });
type Order = z.output<typeof orderBody>;

/** What an archivist signs: the case as it stands, and the order. The package does not exist yet; it carries a system signature. */
function subjectOf({ signedIn }: Context, id: string, order: Order): Subject<CaseState, CaseEvent> {
  const digests = () => ({ order: digestOf({ caseId: id, ...order }) });
  return { purpose: 'export.request', signer: signedIn.id, kind: caseKind, id, digests };
}

const statement = route({
  method: 'post',
  path: '/cases/{id}/exports/statement',
  asks: true,
  summary: { zh: '以个人签名导出案卷时所签的内容', en: 'What is signed to export a case by a personal signature' },
  access: { permission: 'export.create' },
  leaves: [],
  params: idParam,
  body: orderBody,
  answer: statementAnswer,
  handler: async (context, { params, body }) =>
    showStatement(await statementOf(context.deps, context.chain, subjectOf(context, params.id, body))),
});

const request = route({
  method: 'post',
  path: '/cases/{id}/exports',
  summary: { zh: '导出案卷，可附个人签名', en: 'Export a case, signed if wanted' },
  access: { permission: 'export.create' },
  leaves: ['export.requested', 'certificate.issued'],
  params: idParam,
  body: orderBody.extend({ signature: givenSignature.optional() }),
  answer: exportAnswer,
  status: 202,
  handler: async (context, { params, body: { signature, ...order } }) => {
    const { deps, chain } = context;
    const done = await context.execute(exportKind, deps.newId(), async (state, read): Promise<ExportEvent[]> => {
      present(await read(caseKind, params.id));
      const asked = requestExport(state, { caseId: params.id, ...order }, await recordsOf(deps, chain, params.id));
      if (!signature) return [asked];
      const signed = await sign(context, subjectOf(context, params.id, order), signature);
      return [{ ...asked, data: { ...asked.data, signature: signed } }];
    });
    deps.signals.emit('export.requested', chain, done.id);
    context.headers.Location = `/api/v1/exports/${done.id}`;
    return await showExport(deps, chain, done.state);
  },
});

const list = route({
  method: 'get',
  path: '/exports',
  summary: { zh: '案卷导出列表', en: 'Exports of cases' },
  access: { permission: 'export.read' },
  leaves: [],
  query: z.strictObject({
    ...pageQuery,
    caseId: z.uuid().optional(),
    /** One that is being packed is `queued` here. */
    state: z.enum(exportStates).optional(),
  }),
  answer: pageOf(exportAnswer),
  handler: async ({ deps, chain }, { query }) => {
    const { limit, after, caseId, state } = query;
    const page = await findViews(deps, exportKind, {
      chain,
      filter: { ...(caseId && { caseId }), ...(state && { state }) },
      sort: { path: 'requestedAt', descending: true },
      limit,
      after,
    });
    return { ...page, items: await showExports(deps, chain, page.items) };
  },
});

const read = route({
  method: 'get',
  path: '/exports/{id}',
  summary: { zh: '案卷导出状态', en: 'State of an export' },
  access: { permission: 'export.read' },
  leaves: [],
  params: idParam,
  answer: exportAnswer,
  handler: async (context, { params }) =>
    await showExport(context.deps, context.chain, await context.get(exportKind, params.id)),
});

const cancel = route({
  method: 'post',
  path: '/exports/{id}/cancel',
  summary: { zh: '取消打包', en: 'Cancel the packing of a case' },
  access: { permission: 'export.create' },
  leaves: ['export.cancelled'],
  params: idParam,
  body: z.strictObject({ reason: text(2000) }),
  answer: exportAnswer,
  handler: async (context, { params, body }) => {
    const { deps, chain } = context;
    const { id, state } = await context.execute(exportKind, params.id, (known) => [cancelExport(known, body)]);
    deps.signals.emit('export.cancelled', chain, id);
    return await showExport(deps, chain, state);
  },
});

const download = route({
  method: 'get',
  path: '/exports/{id}/content',
  summary: { zh: '下载案卷包', en: 'Download an exported package' },
  access: { permission: 'export.read' },
  leaves: ['export.fetched'],
  evidence: true,
  transfer: true,
  kind: 'content',
  params: idParam,
  handler: async (context, { params }) => await openPackage(context, params.id),
});

/** The entry is there before the first byte; ranges of one download share it. */
async function openPackage(context: Context, id: string): Promise<Content> {
  const { deps, chain, address } = context;
  const personId = context.signedIn.id;
  const { state } = await context.execute(exportKind, id, (known) =>
    fetchExport(known, { personId, address, now: deps.now() }),
  );
  const fetch = lastFetch(state, personId);
  if (!state.package || !fetch) throw new Fault('INTERNAL');
  const { name, size, sha256 } = state.package;
  context.version = undefined;
  return {
    custody: fetch.seq,
    mediaType: state.form === 'asice' ? ASIC_MEDIA_TYPE : 'application/zip',
    name,
    size,
    etag: `"${sha256}"`,
    disposition: 'attachment',
    open: (range) => deps.work.get(packageKey(chain, id), range),
  };
}

/** Export of a case: text and audio-video of one file kept and handed over together (国办发〔2018〕118号 二(二), 二(四)). */
export const archiveRoutes: Feature = () => ({
  routes: [...caseFileRoutes(), statement, request, list, read, cancel, contentsRoute(), download],
});
