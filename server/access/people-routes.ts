import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { invalid, present } from '../errors.ts';
import { says } from '../faults/field-words.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam, pageOf, pageQuery, requireVersion, text } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { type AccountEvent, accountKind } from './account.ts';
import { oneTimePassword, setCredential } from './credentials.ts';
import { instantIn } from './periods.ts';
import { type PersonEvent, type PersonState, personKind } from './person.ts';
import { describe, describeOne, personAnswer } from './person-answer.ts';
import * as commands from './person-commands.ts';
import * as shape from './shapes.ts';

/** People and their memberships: the system administrator's. Roles, locks and suspension are in people-security-routes.ts. */

const withPassword = personAnswer.extend({ oneTimePassword: z.string() });

const register = route({
  method: 'post',
  path: '/people',
  summary: { zh: '登记人员，返回一次性密码', en: 'Register a person; answers a one-time password' },
  access: { permission: 'person.manage' },
  leaves: ['person.registered', 'account.password-set'],
  body: z.strictObject({ name: text(100), username: shape.username, certificateNo: shape.certificateNo.optional() }),
  answer: withPassword,
  status: 201,
  async handler(context, { body }) {
    const done = await context.execute(personKind, context.deps.newId(), () => commands.register(body));
    const oneTime = await newOneTimePassword(context, done.id);
    context.version = done.version;
    return { ...(await describeOne(context, done.state)), oneTimePassword: oneTime };
  },
});

/** Sets a password that works once: told to who asked, and the same for a repeated request. */
export async function newOneTimePassword(context: Context, personId: string, reason?: string): Promise<string> {
  const { deps, chain } = context;
  const event: AccountEvent = {
    type: 'account.password-set',
    data: { byAdministrator: true, ...(reason && { reason }) },
  };
  const { version } = await context.execute(accountKind, personId, () => [event]);
  const password = await oneTimePassword(deps, chain, personId, version);
  await setCredential(deps, chain, personId, password, { basis: version, mustChange: true });
  await deps.personalKeys.drop({ agency: chain, personId }, version);
  return password;
}

const list = route({
  method: 'get',
  path: '/people',
  summary: { zh: '人员列表与检索', en: 'People, listed and searched' },
  access: { permission: 'person.read' },
  leaves: [],
  query: z.strictObject({
    ...pageQuery,
    q: z.string().max(200).optional(),
    role: shape.role.optional(),
    state: z.enum(['active', 'suspended']).optional(),
    departmentId: z.uuid().optional(),
  }),
  answer: pageOf(personAnswer),
  async handler(context, { query: { limit, after, q, role, state, departmentId } }) {
    const filter: Filter = {
      ...(q && { $text: q }),
      ...(role && { roles: role }),
      ...(state && { state }),
      ...(departmentId && { 'memberships.departmentId': departmentId }),
    };
    const query = { chain: context.chain, filter, sort: { path: 'name' }, limit, after };
    const page = await findViews(context.deps, personKind, query);
    return { ...page, items: await describe(context, page.items) };
  },
});

const read = route({
  method: 'get',
  path: '/people/{id}',
  summary: { zh: '查看人员', en: 'A person' },
  access: { permission: 'person.read' },
  leaves: [],
  params: idParam,
  answer: personAnswer,
  handler: async (context, { params }) => await describeOne(context, await context.get(personKind, params.id)),
});

const corrections = z.strictObject({
  name: text(100).optional(),
  username: shape.username.optional(),
  certificateNo: shape.certificateNo.nullable().optional(),
});

const correct = route({
  method: 'patch',
  path: '/people/{id}',
  summary: { zh: '更正人员信息', en: 'Correct a person' },
  access: { permission: 'person.manage' },
  leaves: ['person.corrected'],
  params: idParam,
  body: corrections,
  answer: personAnswer,
  async handler(context, { params, body }) {
    const ifVersion = requireVersion(context);
    return await change(context, params.id, (person) => commands.correct(person, body), ifVersion);
  },
});

const join = route({
  method: 'post',
  path: '/people/{id}/memberships',
  summary: { zh: '将人员编入部门', en: 'Make a person a member of a department' },
  access: { permission: 'person.manage' },
  leaves: ['person.membership-begun'],
  params: idParam,
  body: z
    .strictObject({ departmentId: z.uuid(), from: instantIn.optional(), to: instantIn.optional() })
    .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], message: says('not after its beginning') }),
  answer: personAnswer,
  status: 201,
  async handler(context, { params, body: { departmentId, from = context.deps.now().toISOString(), to } }) {
    const membership = { id: context.deps.newId(), departmentId, from, ...(to && { to }) };
    if (to && to <= from) throw invalid('/to', 'not after its beginning');
    const done = await context.execute(personKind, params.id, (person, read) =>
      commands.join(present(person), membership, read),
    );
    return await describeOne(context, done.state);
  },
});

const leave = route({
  method: 'post',
  path: '/people/{id}/memberships/{membershipId}/end',
  summary: { zh: '将人员调离部门', en: 'End a membership' },
  access: { permission: 'person.manage' },
  leaves: ['person.membership-ended'],
  params: shape.ids('id', 'membershipId'),
  body: z.strictObject({ at: instantIn.optional() }),
  answer: personAnswer,
  async handler(context, { params: { id, membershipId }, body: { at } }) {
    const now = context.deps.now().toISOString();
    return await change(context, id, (person) => commands.leave(person, membershipId, at ?? now, now));
  },
});

/** Decides on a person of the agency and answers what they are then. */
export async function change(
  context: Context,
  id: string,
  decide: (person: PersonState) => PersonEvent[],
  ifVersion?: number,
) {
  const done = await context.execute(personKind, id, (person) => decide(present(person)), { ifVersion });
  return await describeOne(context, done.state);
}

export const peopleRoutes: Route[] = [register, list, read, correct, join, leave];
