import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { Fault, field } from '../errors.ts';
import { idempotencyKey } from '../http/body.ts';
import type { Context } from '../http/context.ts';
import { checkOrigin } from '../http/origin.ts';
import { type Route, route } from '../http/route.ts';
import { text } from '../http/shapes.ts';
import { namesOf } from '../ledger/find-views.ts';
import { hashSecret } from '../ledger/keys.ts';
import { policySet } from '../policy/policy-set.ts';
import { type AccountEvent, accountKind } from './account.ts';
import { credentialOf, setCredential } from './credentials.ts';
import { departmentKind } from './department.ts';
import { type Permission, permissions, reaches, reachOf } from './matrix.ts';
import { checkStrength } from './password.ts';
import { departmentsAt } from './periods.ts';
import { personKind } from './person.ts';
import { beginSession, bodyOf, endSession, endSessionsOf, passwordChanged, sessionCookie } from './sessions.ts';
import { setUp } from './setup.ts';
import * as shape from './shapes.ts';
import { agencyById, agencyOf, prove } from './sign-in.ts';

/** Set-up, signing in and out, and one's own password. Entries here carry no request mark: its digest would cover a password. */

const reach = z.enum(reaches).optional();

const me = z.object({
  id: z.string(),
  name: z.string(),
  username: z.string(),
  roles: z.array(shape.role),
  departments: z.array(shape.named),
  agency: shape.agencyAnswer,
  mustChangePassword: z.boolean(),
  /** What the roles allow, and how far it reaches; what is absent is refused. */
  permissions: z.object(
    Object.fromEntries(permissions.map((name) => [name, reach])) as Record<Permission, typeof reach>,
  ),
  /** The session ends at the latest then, and after so many minutes without a call. */
  endsAt: z.string(),
  idleMinutes: z.int(),
});

const account = z.object({ role: shape.role, username: z.string(), oneTimePassword: z.string().optional() });

const setup = route({
  method: 'post',
  path: '/setup',
  summary: { zh: '凭一次性链接建立机关及三员账户', en: 'Found an agency with its three administrators' },
  access: { open: 'who holds the one-time link is the installer' },
  leaves: ['agency.founded', 'person.registered', 'person.roles-set', 'account.password-set'],
  body: z.strictObject({
    token: z.string().max(100),
    agency: z.strictObject({ name: text(200), code: shape.agencyCode }),
    administrator: z.strictObject({ name: text(100), username: shape.username, password: shape.password }),
  }),
  answer: z.object({ agency: shape.agencyAnswer, accounts: z.array(account) }),
  status: 201,
  async handler({ deps, req }, { body }) {
    checkOrigin(req, deps.config);
    return await setUp(deps, body, idempotencyKey(req));
  },
});

const signIn = route({
  method: 'post',
  path: '/session',
  summary: { zh: '登录', en: 'Sign in' },
  access: { open: 'it is the way in' },
  leaves: ['account.signed-in', 'account.locked'],
  body: z.strictObject({
    agency: z.string().max(64).optional(),
    username: z.string().max(200),
    password: shape.password,
  }),
  answer: me,
  async handler(context, { body }) {
    const { deps, req, address } = context;
    checkOrigin(req, deps.config);
    const chain = await agencyOf(deps, body.agency);
    const username = shape.username.safeParse(body.username).data ?? body.username.toWellFormed();
    const { person, credential } = await prove(deps, chain, { username, password: body.password }, address);
    const agency = chain as string;
    await tell(deps, agency, person.id, { type: 'account.signed-in', data: { address } });
    if (context.caller?.byCookie) await endSession(deps, context.caller.credential);
    const { token, session } = await beginSession(deps, agency, person.id, credential.mustChange);
    await recheck(deps, agency, person.id, credential.basis, hashSecret(token));
    context.headers['Set-Cookie'] = sessionCookie(deps.config, token);
    return await meOf(deps, agency, person.id, session);
  },
});

const read = route({
  method: 'get',
  path: '/session',
  summary: { zh: '当前登录者', en: 'Who is signed in' },
  access: { session: true, evenBeforePasswordChange: true },
  leaves: [],
  answer: me,
  async handler(context) {
    const document = await sessionOf(context);
    return await meOf(context.deps, context.chain, context.signedIn.id, bodyOf(document));
  },
});

const signOut = route({
  method: 'delete',
  path: '/session',
  summary: { zh: '退出登录', en: 'Sign out' },
  access: { session: true, evenBeforePasswordChange: true },
  leaves: ['account.signed-out'],
  async handler(context): Promise<undefined> {
    const { deps, signedIn } = context;
    await endSession(deps, signedIn.credential);
    await tell(deps, context.chain, signedIn.id, { type: 'account.signed-out', data: {} });
    context.headers['Set-Cookie'] = sessionCookie(deps.config, '');
  },
});

const changePassword = route({
  method: 'post',
  path: '/session/password',
  summary: { zh: '修改本人密码', en: "Change one's own password" },
  access: { session: true, evenBeforePasswordChange: true },
  leaves: ['account.password-set'],
  body: z.strictObject({ current: shape.password, next: shape.password }),
  async handler(context, { body }): Promise<undefined> {
    const { deps, chain, signedIn, address } = context;
    const document = await sessionOf(context);
    const { state: known } = await deps.ledger.load(personKind, chain, signedIn.id);
    if (!known) throw new Fault('NOT_AUTHENTICATED');
    const { username, name } = known;
    await prove(deps, chain, { username, password: body.current }, address);
    await checkStrength(body.next, [username, name], '/next');
    if (body.next === body.current) {
      throw new Fault('PASSWORD_REJECTED', {
        params: { length: policySet['password.length'].value },
        errors: [field('/next', 'the same as before')],
      });
    }
    const { version } = await tell(deps, chain, known.id, {
      type: 'account.password-set',
      data: { byAdministrator: false },
    });
    await setCredential(deps, chain, known.id, body.next, { basis: version, mustChange: false });
    const holder = { agency: chain, personId: known.id };
    await deps.personalKeys.rewrap(holder, body.current, { password: body.next, basis: version });
    await endSessionsOf(deps, chain, known.id, document.id);
    await passwordChanged(deps, document.id);
  },
});

/** What ended all sessions between the proof and this one (a suspension, a new password) must end this one too. */
async function recheck(deps: Deps, chain: string, personId: string, basis: number, sessionId: string): Promise<void> {
  const { state: person } = await deps.ledger.load(personKind, chain, personId);
  if (person?.state === 'active' && (await credentialOf(deps, personId))?.basis === basis) return;
  await endSession(deps, sessionId);
  throw new Fault('LOGIN_FAILED');
}

async function sessionOf({ deps, signedIn }: Context) {
  const document = await deps.documents.get('session', signedIn.credential);
  if (!document) throw new Fault('NOT_AUTHENTICATED');
  return document;
}

const tell = ({ ledger }: Deps, chain: string, personId: string, event: AccountEvent) =>
  ledger.execute(accountKind, chain, personId, { id: personId, role: 'self', via: 'session' }, () => [event]);

async function meOf(
  deps: Deps,
  chain: string,
  personId: string,
  session: { endsAt: string; mustChangePassword: boolean },
) {
  const { state: person } = await deps.ledger.load(personKind, chain, personId);
  if (!person) throw new Fault('NOT_AUTHENTICATED');
  const { id, name, username, roles, memberships } = person;
  const joined = departmentsAt(memberships, deps.now().toISOString());
  const named = await namesOf(deps, departmentKind, chain, joined);
  const departments = [...named].map(([id, name]) => ({ id, name }));
  const agency = await agencyById(deps, chain);
  const { endsAt, mustChangePassword } = session;
  const allowed = Object.fromEntries(permissions.map((name) => [name, reachOf(name, roles)?.reach]));
  const idleMinutes = deps.config.SESSION_IDLE_MINUTES;
  return {
    id,
    name,
    username,
    roles,
    departments,
    agency,
    mustChangePassword,
    permissions: allowed,
    endsAt,
    idleMinutes,
  };
}

export const sessionRoutes: Route[] = [setup, signIn, read, signOut, changePassword];
