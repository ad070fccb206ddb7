import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { instantIn } from '../access/periods.ts';
import { personKind } from '../access/person.ts';
import { reaches } from '../access/reaches.ts';
import { termView } from '../archive/term.ts';
import { deviceKind } from '../devices/events.ts';
import { Fault, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Feature, type Route, route } from '../http/route.ts';
import { externalParams, flag, idParam, pageOf, pageQuery, requireVersion, text } from '../http/shapes.ts';
import { between, findViews } from '../ledger/find-views.ts';
import { marks } from '../policy/original-carriers.ts';
import { recordAnswer, recordView, termAnswer } from './answers.ts';
import { correctRecord, setExternalId } from './commands.ts';
import { type RecordState, recordKind } from './events.ts';
import { historyRoute } from './history.ts';
import { linkRoutes } from './link-routes.ts';
import { ofRecord, ofRecordToRead, recordBelongs, recordsWithin } from './reach.ts';
import { searchRoute } from './search.ts';
import { confidentialities, recordKinds, sources } from './shapes.ts';
import { timelineRoutes } from './timeline.ts';

/** Records as they are known: found, read, corrected, linked. They come in by the doors of ingest/ and leave by grants and exports. */
export const recordRoutes: Feature = () => ({
  routes: [...reading(), ...writing(), historyRoute(), ...linkRoutes(), ...timelineRoutes(), searchRoute()],
});

const listQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(['received', 'sealed', 'quarantined', 'disposed']).optional(),
  kind: z.enum(recordKinds).optional(),
  source: z.enum(sources).optional(),
  departmentId: z.uuid().optional(),
  deviceId: z.uuid().optional(),
  filmedBy: z.uuid().optional(),
  /** `true`: the inbox of what is linked to nothing yet. */
  unclaimed: flag.optional(),
  /** Captured (or received) in [from, to). */
  from: instantIn.optional(),
  to: instantIn.optional(),
  q: text(200).optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
});

function reading(): Route[] {
  return [
    route({
      method: 'get',
      path: '/records',
      summary: { zh: '记录列表；unclaimed=true 为待认领', en: 'Records; unclaimed=true is the inbox' },
      access: { permission: 'record.read' },
      leaves: [],
      query: listQuery,
      answer: pageOf(recordView),
      handler: async (context, { query }) => await list(context, query),
    }),
    route({
      method: 'get',
      path: '/records/{id}',
      summary: { zh: '查看记录（不含原件内容）', en: 'A record, without its bytes' },
      access: { permission: 'record.read', of: ofRecordToRead },
      leaves: [],
      params: idParam,
      answer: recordView.extend({ term: termView.optional() }),
      handler: async (context, { params }) => {
        const record = await context.get(recordKind, params.id);
        return { ...(await recordAnswer(context, record)), ...(await termAnswer(context, record)) };
      },
    }),
  ];
}

const captured = z.strictObject({ from: instantIn.optional(), to: instantIn.optional() });
const carrier = z.strictObject({ original: text(500), comparedBy: text(200).optional() });

function writing(): Route[] {
  return [
    route({
      method: 'patch',
      path: '/records/{id}',
      summary: { zh: '更正记录信息', en: 'Correct what is said of a record' },
      access: { permission: 'record.write', of: ofRecord },
      leaves: ['record.corrected'],
      params: idParam,
      body: z.strictObject({
        title: text(500).optional(),
        source: z.enum(sources).optional(),
        filmedBy: z.uuid().optional(),
        deviceId: z.uuid().optional(),
        captured: captured.optional(),
        place: text(500).optional(),
        carrier: carrier.optional(),
        confidentiality: z.enum(confidentialities).optional(),
        mark: z.enum(marks).optional(),
        reason: text(500),
      }),
      answer: recordView,
      handler: async (context, { params, body: { reason, ...told } }) => {
        const ifVersion = requireVersion(context);
        await requireKnown(context, told);
        const decide = (record: RecordState | undefined) => correctRecord(present(record), told, reason);
        return await recordAnswer(context, (await context.execute(recordKind, params.id, decide, { ifVersion })).state);
      },
    }),
    route({
      method: 'put',
      path: '/records/external/{system}/{id}',
      summary: { zh: '登记记录的外部系统编号', en: 'Tell what another system calls a record' },
      access: { permission: 'record.write' },
      leaves: ['record.external-id-set'],
      params: externalParams,
      body: z.strictObject({ recordId: z.uuid() }),
      answer: recordView,
      handler: async (context, { params, body }) => {
        const done = await context.execute(recordKind, body.recordId, (state) => {
          const record = present(state);
          if (!reaches(context.signedIn, 'record.write', recordBelongs(record))) throw new Fault('FORBIDDEN');
          return setExternalId(record, params);
        });
        return await recordAnswer(context, done.state);
      },
    }),
  ];
}

async function requireKnown(
  { deps, chain }: Context,
  { filmedBy, deviceId }: { filmedBy?: string | undefined; deviceId?: string | undefined },
) {
  const unknown = (what: string) => new Fault('UNKNOWN_REFERENCE', { params: { what } });
  if (filmedBy && !(await deps.ledger.load(personKind, chain, filmedBy)).state) throw unknown(`filmedBy ${filmedBy}`);
  if (deviceId && !(await deps.ledger.load(deviceKind, chain, deviceId)).state) throw unknown(`deviceId ${deviceId}`);
}

async function list(context: Context, asked: z.output<typeof listQuery>) {
  const { state, kind, source, departmentId, deviceId, filmedBy, unclaimed, from, to, q, order, limit, after } = asked;
  const said = Object.entries({ kind, source, departmentId, deviceId, filmedBy, unclaimed, $text: q });
  const parts: (Filter | undefined)[] = [
    recordsWithin(context.reach, context.signedIn),
    { state: state ?? { $ne: 'disposed' } },
    ...said.map(([path, value]) => (value === undefined ? undefined : { [path]: value })),
    ...between('sortTime', from, to),
  ];
  const page = await findViews(context.deps, recordKind, {
    chain: context.chain,
    filter: { $and: parts.filter((part) => part !== undefined) },
    sort: { path: 'sortTime', descending: order === 'desc' },
    limit,
    after,
  });
  return { ...page, items: await Promise.all(page.items.map((record) => recordAnswer(context, record))) };
}
