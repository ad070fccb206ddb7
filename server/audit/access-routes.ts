import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { personKind } from '../access/person.ts';
import { exportKind } from '../archive/events.ts';
import type { Deps } from '../deps.ts';
import type { Context } from '../http/context.ts';
import { contentDisposition } from '../http/disposition.ts';
import { type Door, type Route, route } from '../http/route.ts';
import { pageOf } from '../http/shapes.ts';
import { term, type Wanted } from '../ledger/entry-blocks.ts';
import { everyView } from '../ledger/find-views.ts';
import { recordKind } from '../records/events.ts';
import { accessCsv } from './access-csv.ts';
import { accesses, accessKinds, accessRow, accessRows } from './access-rows.ts';
import { findEntries, spanQuery } from './find-entries.ts';

const access = { permission: 'audit.read' } as const;

const filters = {
  /** Who asked, watched, exported or revealed. */
  personId: z.uuid().optional(),
  /** What was asked for, watched, or exported with a case. */
  recordId: z.uuid().optional(),
  what: z.enum(accessKinds).optional(),
};
const { limit: _, after: __, ...span } = spanQuery;
const listQuery = z.strictObject({ ...spanQuery, ...filters });
const fileQuery = z.strictObject({ ...span, ...filters });

type Asked = Pick<z.output<typeof listQuery>, keyof typeof filters>;

/** Entries read for one stretch of the file. */
const STRETCH = 200;

export const accessRoutes = (): Route[] => [
  route({
    method: 'get',
    path: '/ledger/accesses',
    summary: { zh: '调阅与导出报告：按记录、按人员', en: 'Who had access, by record and by person' },
    access,
    leaves: [],
    query: listQuery,
    answer: pageOf(accessRow),
    handler: async (context, { query }) => {
      const { personId, recordId, what, ...page } = query;
      const { items, ...rest } = await findEntries(
        context,
        await wantedOf(context, { personId, recordId, what }),
        page,
      );
      return { ...rest, items: await accessRows(context, items, recordId) };
    },
  }),
];

export const accessDoors = (deps: Deps): Door[] => [
  {
    method: 'get',
    path: '/ledger/accesses.csv',
    summary: { zh: '调阅与导出报告（CSV）', en: 'The same report as CSV, whole' },
    access,
    transfer: true,
    // It tells of evidence and holds none.
    leaves: [],
    query: fileQuery,
    serve: async (context, req, res) => {
      const { personId, recordId, what, ...asked } = fileQuery.parse(req.query);
      const wanted = await wantedOf(context, { personId, recordId, what });
      const day = deps.now().toISOString().slice(0, 10);
      const read = (after?: number) => findEntries(context, wanted, { ...asked, limit: STRETCH, after });
      const first = await read();
      res.set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': contentDisposition(`调阅报告-${day}.csv`, 'attachment'),
        'Cache-Control': 'no-store',
      });
      const text = async function* () {
        for (let page = first; ; page = await read(Number(page.next))) {
          yield accessCsv(await accessRows(context, page.items, recordId), deps.config.ZONE, page === first);
          if (page.next === undefined) return;
        }
      };
      await pipeline(text, res);
    },
  },
];

/** Throws NOT_FOUND for a person or record that the agency does not have. */
async function wantedOf(context: Context, { personId, recordId, what }: Asked): Promise<Wanted> {
  const types = Object.entries(accesses).filter(([, kind]) => what === undefined || kind === what);
  const wanted: string[][] = [types.map(([type]) => term.type(type))];
  if (personId) {
    await context.get(personKind, personId);
    wanted.push([term.actor(personId)]);
  }
  if (recordId) wanted.push([term.names(recordId), ...(await exportsOf(context, recordId)).map(term.names)]);
  return wanted;
}

/** Exports of the cases that a record was linked to when they were asked for. */
async function exportsOf(context: Context, recordId: string): Promise<string[]> {
  const { deps, chain } = context;
  const { links } = await context.get(recordKind, recordId);
  const caseIds = [...new Set(links.flatMap(({ caseId }) => caseId ?? []))];
  if (caseIds.length === 0) return [];
  const ids: string[] = [];
  for await (const made of everyView(deps, exportKind, { chain, filter: { caseId: { $in: caseIds } } })) {
    const held = links.some(
      ({ caseId, at, ended }) =>
        caseId === made.caseId && at <= made.requestedAt && (!ended || made.requestedAt < ended.at),
    );
    if (held) ids.push(made.id);
  }
  return ids;
}
