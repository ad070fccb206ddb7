import { z } from 'zod';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { idParam } from '../http/shapes.ts';
import { type AccountEvent, accountKind } from './account.ts';
import { attemptsId, forgive } from './attempts.ts';
import { change, newOneTimePassword } from './people-routes.ts';
import { personKind } from './person.ts';
import { describeOne, personAnswer } from './person-answer.ts';
import * as commands from './person-commands.ts';
import { endSessionsOf } from './sessions.ts';
import * as shape from './shapes.ts';

/** What the security administrator does to others, never to themself (等保三员分立). */

const because = z.strictObject({ reason: shape.reason });
const secure = { permission: 'person.secure' } as const;

const setRoles = route({
  method: 'put',
  path: '/people/{id}/roles',
  summary: { zh: '设定角色', en: 'Set the roles of a person' },
  access: secure,
  leaves: ['person.roles-set'],
  params: idParam,
  body: z.strictObject({ roles: z.array(shape.role).max(20), reason: shape.reason.optional() }),
  answer: personAnswer,
  handler: async (context, { params, body: { roles, reason } }) =>
    await change(
      context,
      params.id,
      (person) => commands.setRoles(person, roles, context.signedIn.id, reason),
      context.ifVersion,
    ),
});

const suspend = route({
  method: 'post',
  path: '/people/{id}/suspend',
  summary: { zh: '停用人员，立即结束其会话与授权', en: 'Suspend a person; sessions and grants end at once' },
  access: secure,
  leaves: ['person.suspended'],
  params: idParam,
  body: because,
  answer: personAnswer,
  async handler(context, { params, body }) {
    const { deps, chain, signedIn } = context;
    const answer = await change(context, params.id, (person) => commands.suspend(person, signedIn.id, body.reason));
    await endSessionsOf(deps, chain, params.id);
    deps.signals.emit('person.suspended', chain, params.id);
    return answer;
  },
});

const resume = route({
  method: 'post',
  path: '/people/{id}/resume',
  summary: { zh: '恢复停用的人员', en: 'Let a suspended person in again' },
  access: secure,
  leaves: ['person.resumed'],
  params: idParam,
  body: because,
  answer: personAnswer,
  handler: async (context, { params, body }) =>
    await change(context, params.id, (person) => commands.resume(person, context.signedIn.id, body.reason)),
});

const resetPassword = route({
  method: 'post',
  path: '/people/{id}/password-reset',
  summary: { zh: '重置密码，返回一次性密码', en: 'Reset a password; answers a one-time one' },
  access: secure,
  leaves: ['account.password-set'],
  params: idParam,
  body: because,
  answer: z.object({ oneTimePassword: z.string() }),
  async handler(context, { params, body }) {
    await other(context, params.id);
    const oneTime = await newOneTimePassword(context, params.id, body.reason);
    await endSessionsOf(context.deps, context.chain, params.id);
    return { oneTimePassword: oneTime };
  },
});

const unlock = route({
  method: 'post',
  path: '/people/{id}/unlock',
  summary: { zh: '解锁账户', en: 'Unlock an account' },
  access: secure,
  leaves: ['account.unlocked'],
  params: idParam,
  body: because,
  answer: personAnswer,
  async handler(context, { params, body }) {
    const { deps, chain } = context;
    const person = await other(context, params.id);
    const event: AccountEvent = { type: 'account.unlocked', data: { reason: body.reason } };
    await context.execute(accountKind, params.id, (account) => (account?.locked ? [event] : []));
    await forgive(deps, await attemptsId(deps, chain, person.username));
    context.version = undefined;
    return await describeOne(context, person);
  },
});

/** A person of the agency who is not the caller. Throws NOT_FOUND, SELF_ACTION. */
async function other(context: Context, id: string) {
  const person = await context.get(personKind, id);
  if (id === context.signedIn.id) throw new Fault('SELF_ACTION');
  return person;
}

export const peopleSecurityRoutes: Route[] = [setRoles, suspend, resume, resetPassword, unlock];
