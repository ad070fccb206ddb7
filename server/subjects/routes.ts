import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Feature, type Route, route } from '../http/route.ts';
import { externalParams, flag, idParam, pageOf, pageQuery, requireVersion, text } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { subjectAnswer, subjectView } from './answers.ts';
import { subjectBody, subjectChange } from './bodies.ts';
import { correct } from './commands.ts';
import { type SubjectState, subjectKind, subjectTypes } from './events.ts';
import { registerOrFind, upsertExternal } from './register.ts';
import { revealRoute } from './reveal.ts';

/** Enforcement subjects (执法对象). */
export const subjectRoutes: Feature = () => ({
  routes: [...making(), ...reading(), revealRoute()],
});

const read = { permission: 'subject.read' } as const;
const write = { permission: 'subject.write' } as const;

function making(): Route[] {
  return [
    route({
      method: 'post',
      path: '/subjects',
      summary: {
        zh: '登记执法对象；证件号码已在册的返回原对象',
        en: 'Register a subject, or find the one with the same id number',
      },
      access: write,
      leaves: ['subject.registered'],
      body: subjectBody,
      answer: subjectView,
      status: 201,
      or: 200,
      handler: async (context, { body }) => subjectAnswer(await registerOrFind(context, body)),
    }),
    route({
      method: 'put',
      path: '/subjects/external/{system}/{id}',
      summary: {
        zh: '按外部系统编号登记或更新执法对象',
        en: 'Register or update a subject by the id that another system gave it',
      },
      access: write,
      leaves: ['subject.registered', 'subject.corrected', 'subject.external-id-set'],
      params: externalParams,
      body: subjectBody,
      answer: subjectView,
      or: 201,
      handler: async (context, { params, body }) => subjectAnswer(await upsertExternal(context, params, body)),
    }),
    route({
      method: 'patch',
      path: '/subjects/{id}',
      summary: { zh: '更正执法对象', en: 'Correct a subject' },
      access: write,
      leaves: ['subject.corrected'],
      params: idParam,
      body: subjectChange,
      answer: subjectView,
      handler: async (context, { params, body: { reason, ...told } }) => {
        const ifVersion = requireVersion(context);
        await context.get(subjectKind, params.id);
        const decide = (state: SubjectState | undefined) => correct(present(state), told, reason);
        return subjectAnswer((await context.execute(subjectKind, params.id, decide, { ifVersion })).state);
      },
    }),
  ];
}

function reading(): Route[] {
  return [
    route({
      method: 'get',
      path: '/subjects',
      summary: { zh: '执法对象列表', en: 'Subjects' },
      access: read,
      leaves: [],
      query: z.strictObject({
        ...pageQuery,
        q: text(200).optional(),
        type: z.enum(subjectTypes).optional(),
        minor: flag.optional(),
        provisional: flag.optional(),
      }),
      answer: pageOf(subjectView),
      handler: async (context, { query }) => await list(context, query),
    }),
    route({
      method: 'get',
      path: '/subjects/{id}',
      summary: { zh: '查看执法对象（号码、联系方式已脱敏）', en: 'A subject, numbers and contacts masked' },
      access: read,
      leaves: [],
      params: idParam,
      answer: subjectView,
      handler: async (context, { params }) => subjectAnswer(await context.get(subjectKind, params.id)),
    }),
  ];
}

interface Asked {
  q?: string | undefined;
  type?: SubjectState['type'] | undefined;
  minor?: boolean | undefined;
  provisional?: boolean | undefined;
  limit: number;
  after?: string | undefined;
}

async function list(context: Context, { q, type, minor, provisional, limit, after }: Asked) {
  const filter: Filter = {
    ...(q && { $text: q }),
    ...(type && { type }),
    ...(minor !== undefined && { minor }),
    ...(provisional !== undefined && { provisional }),
  };
  const sort = { path: 'id', descending: true };
  const page = await findViews(context.deps, subjectKind, { chain: context.chain, filter, sort, limit, after });
  return { ...page, items: page.items.map(subjectAnswer) };
}
