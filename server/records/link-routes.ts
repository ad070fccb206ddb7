import { z } from 'zod';
import type { Fault } from '../errors.ts';
import { says } from '../faults/field-words.ts';
import type { Context } from '../http/context.ts';
import { faultOf, languageOf } from '../http/problem.ts';
import { type Route, route } from '../http/route.ts';
import { text } from '../http/shapes.ts';
import { recordAnswer, recordView } from './answers.ts';
import { recordKind } from './events.ts';
import { endLink, linkOne, type Wanted } from './links.ts';
import { evidenceKinds } from './shapes.ts';

const MOST = 500;
const AT_ONCE = 32;

const item = z
  .strictObject({
    recordId: z.uuid(),
    subjectId: z.uuid().optional(),
    caseId: z.uuid().optional(),
    stage: z
      .string()
      .regex(/^[A-Z_]{1,32}$/)
      .optional(),
    range: z
      .strictObject({ fromMs: z.int().nonnegative(), toMs: z.int().positive() })
      .refine(({ fromMs, toMs }) => fromMs < toMs, { path: ['toMs'], message: says('not after fromMs') })
      .optional(),
    evidenceKind: z.enum(evidenceKinds).optional(),
  })
  .refine(({ subjectId, caseId }) => subjectId || caseId, says('subjectId or caseId is required'))
  .refine(({ caseId, stage }) => caseId || !stage, { path: ['stage'], message: says('a stage needs its case') });
type Item = z.output<typeof item>;

const problem = z.object({
  type: z.string(),
  code: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});
const result = z.union([
  z.object({ ok: z.literal(true), linkId: z.string(), existed: z.boolean() }),
  z.object({ ok: z.literal(false), problem }),
]);
type Result = z.input<typeof result>;

/** Links of records to subjects, cases and stages: made late and in bulk, ended with a reason. */
export function linkRoutes(): Route[] {
  return [
    route({
      method: 'post',
      path: '/links',
      summary: { zh: '批量关联记录（逐项返回结果）', en: 'Link records in bulk, with a result per item' },
      access: { permission: 'record.link' },
      leaves: ['record.linked'],
      body: z.strictObject({ items: z.array(item).min(1).max(MOST) }),
      answer: z.object({ items: z.array(result) }),
      handler: async (context, { body }) => {
        const items = await linkAll(context, body.items);
        context.version = undefined;
        return { items };
      },
    }),
    route({
      method: 'post',
      path: '/records/{id}/links/{linkId}/end',
      summary: { zh: '解除关联', en: 'End a link' },
      access: { permission: 'record.link' },
      leaves: ['record.link-ended'],
      params: z.strictObject({ id: z.uuid(), linkId: z.uuid() }),
      body: z.strictObject({ reason: text(500) }),
      answer: recordView,
      handler: async (context, { params, body }) => {
        const { linkId } = params;
        const done = await context.execute(recordKind, params.id, (record, read) =>
          endLink(context, record, linkId, body.reason, read),
        );
        return await recordAnswer(context, done.state);
      },
    }),
  ];
}

/**
 * Each item is an entry of its own. They run in waves in which no record comes twice; the waves follow from the items alone, so a
 * repeated request (Idempotency-Key) finds each item's entry by its place.
 */
async function linkAll(context: Context, items: readonly Item[]): Promise<Result[]> {
  const results: Result[] = [];
  while (results.length < items.length) {
    const wave = waveFrom(items, results.length);
    results.push(...(await Promise.all(wave.map((one, at) => settle(context, one, results.length + at)))));
  }
  return results;
}

function waveFrom(items: readonly Item[], start: number): Item[] {
  const records = new Set<string>();
  const wave: Item[] = [];
  for (const one of items.slice(start, start + AT_ONCE)) {
    if (records.has(one.recordId)) break;
    records.add(one.recordId);
    wave.push(one);
  }
  return wave;
}

async function settle(context: Context, { recordId, ...wanted }: Item, at: number): Promise<Result> {
  try {
    return { ok: true, ...(await linkOne(context, recordId, wanted as Wanted)) };
  } catch (error) {
    const fault = faultOf(error);
    if (fault.code === 'IDEMPOTENCY_KEY_REUSED') throw fault;
    if (fault.status >= 500)
      context.deps.logger.error({ err: fault.cause, requestId: context.requestId, item: at }, 'link failed');
    return { ok: false, problem: problemOf(context, fault, at) };
  }
}

function problemOf(context: Context, fault: Fault, at: number) {
  const language = languageOf(context.req);
  const errors = fault.fields(language).map((field) => ({ ...field, pointer: `/items/${at}${field.pointer}` }));
  const { code, status } = fault;
  return {
    type: `/problems/${code}`,
    code,
    status,
    ...fault.words(language),
    ...(errors.length > 0 && { errors }),
  };
}
