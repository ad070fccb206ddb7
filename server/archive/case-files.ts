import { z } from 'zod';
import type { Query } from '../../storage/documents/document-store.ts';
import { caseItem } from '../cases/answers.ts';
import { completeness } from '../cases/completeness.ts';
import { type CaseState, caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery, text } from '../http/shapes.ts';
import { everyView, findViews } from '../ledger/find-views.ts';
import { stages } from '../policy/case-kinds.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import { unsealed } from './commands.ts';
import { type ExportState, exportForms, exportKind, exportStates } from './events.ts';

/** Records that are named one by one; of more only the number is told. */
const NAMED = 20;

/**
 * How often cases are looked for to fill one page of those that stand as is asked: what stands in the records is not in the view of the
 * case, so they are looked at one after the other. A page may hold fewer than its limit and still say where the next begins.
 */
const ROUNDS = 40;

/** `waiting`: not all is sealed; `empty`: no records; `lacking`: a stage has none of what it must or should have; else `complete`. */
const readinesses = ['complete', 'lacking', 'waiting', 'empty'] as const;
type Readiness = (typeof readinesses)[number];

const named = z.object({ count: z.int(), first: z.array(z.object({ id: z.string(), title: z.string() })) });

/** A case as whoever packs it sees it: what would go into the package, and what is missing. */
const caseFile = z.object({
  ...caseItem.shape,
  /** Records whose originals would be packed, and their bytes. */
  sealed: z.object({ count: z.int(), size: z.number() }),
  /** They keep the case from being packed. */
  unsealed: named,
  /** They are named in the package, their originals are not in it. */
  quarantined: named,
  /** Stages that the case entered and that have none of what they must or should have. */
  lacks: z.array(z.object({ stage: z.enum(stages), what: z.array(z.enum(['documents', 'footage'])) })),
  /** Nothing keeps it from being packed now. */
  ready: z.boolean(),
  readiness: z.enum(readinesses),
  /** The export that was asked for last. */
  last: z
    .object({
      id: z.string(),
      state: z.enum(exportStates),
      form: z.enum(exportForms),
      requestedAt: z.string(),
    })
    .optional(),
});

type CaseFile = z.input<typeof caseFile>;

/** Cases with what keeps them from being packed: what an export demands is asked by the same rule here. */
export function caseFileRoutes(): Route[] {
  return [
    route({
      method: 'get',
      path: '/case-files',
      summary: { zh: '案卷归档准备情况', en: 'Cases with what is there to be packed, and what is missing' },
      access: { permission: 'export.create' },
      leaves: [],
      query: z.strictObject({
        ...pageQuery,
        state: z.enum(['open', 'closed']).optional(),
        departmentId: z.uuid().optional(),
        q: text(200).optional(),
        readiness: z.enum(readinesses).optional(),
      }),
      answer: pageOf(caseFile),
      handler: async ({ deps, chain }, { query: { state, departmentId, q, readiness, limit, after } }) => {
        const filter = { ...(state && { state }), ...(departmentId && { departmentId }), ...(q && { $text: q }) };
        const sort = { path: 'openedAt', descending: true };
        return await pageOfFiles(deps, { chain, filter, sort, limit, after }, readiness);
      },
    }),
    route({
      method: 'get',
      path: '/case-files/{id}',
      summary: { zh: '一个案卷的归档准备情况', en: 'What is there of one case to be packed, and what is missing' },
      access: { permission: 'export.create' },
      leaves: [],
      params: idParam,
      answer: caseFile,
      handler: async (context, { params }) => {
        const [file] = await filesOf(context.deps, context.chain, [await context.get(caseKind, params.id)]);
        return file as CaseFile;
      },
    }),
  ];
}

type Cases = Query & { chain: string; limit: number };

async function pageOfFiles(deps: Deps, { chain, limit, ...cases }: Cases, readiness: Readiness | undefined) {
  const items: CaseFile[] = [];
  let { after } = cases;
  let round = 0;
  do {
    const page = await findViews(deps, caseKind, { ...cases, chain, limit: limit - items.length, after });
    const files = await filesOf(deps, chain, page.items);
    items.push(...files.filter((file) => readiness === undefined || file.readiness === readiness));
    after = page.next;
    round += 1;
  } while (after && items.length < 0.75 * limit && round < ROUNDS);
  return { items, ...(after && { next: after }) };
}

async function filesOf(deps: Deps, chain: string, cases: readonly CaseState[]): Promise<CaseFile[]> {
  if (cases.length === 0) return [];
  const ids = { $in: cases.map(({ id }) => id) };
  const [records, exports] = await Promise.all([
    Array.fromAsync(everyView(deps, recordKind, { chain, filter: { caseIds: ids } })),
    Array.fromAsync(everyView(deps, exportKind, { chain, filter: { caseId: ids } })),
  ]);
  return cases.map((file) =>
    caseFileOf(
      file,
      records.filter(({ caseIds, state }) => caseIds.includes(file.id) && state !== 'disposed'),
      exports.filter(({ caseId }) => caseId === file.id),
    ),
  );
}

/** What is to be known of a case before it is packed, of the records that are linked to it and the exports asked for so far. */
export function caseFileOf(
  file: CaseState,
  records: readonly RecordState[],
  exports: readonly ExportState[],
): CaseFile {
  const sealed = records.filter(({ state }) => state === 'sealed');
  const waiting = unsealed(records);
  const lacks = completeness(file, records).stages.flatMap(({ stage, lacks }) =>
    lacks.length > 0 ? [{ stage, what: lacks }] : [],
  );
  const last = exports.toSorted((a, b) => (a.requestedAt < b.requestedAt ? -1 : 1)).at(-1);
  return {
    ...file,
    sealed: { count: sealed.length, size: sealed.reduce((sum, { object }) => sum + (object?.size ?? 0), 0) },
    unsealed: namesOf(waiting),
    quarantined: namesOf(records.filter(({ state }) => state === 'quarantined')),
    lacks,
    ready: waiting.length === 0,
    readiness:
      waiting.length > 0 ? 'waiting' : records.length === 0 ? 'empty' : lacks.length > 0 ? 'lacking' : 'complete',
    ...(last && {
      last: { id: last.id, state: last.state, form: last.form ?? 'bag', requestedAt: last.requestedAt },
    }),
  };
}

const namesOf = (records: readonly RecordState[]) => ({
  count: records.length,
  first: records.slice(0, NAMED).map(({ id, title }) => ({ id, title })),
});
