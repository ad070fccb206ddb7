import type { Document, JsonObject } from '../../storage/documents/document-store.ts';
import { type Deps, SYSTEM_CHAIN, systemActor } from '../deps.ts';
import { Fault } from '../errors.ts';
import { hashSecret } from '../ledger/keys.ts';
import { ClaimTaken } from '../ledger/sequencer.ts';
import { type AccountEvent, accountKind } from './account.ts';
import { type AgencyEvent, agencyKind } from './agency.ts';
import { oneTimePassword, setCredential } from './credentials.ts';
import type { Role } from './matrix.ts';
import { checkStrength } from './password.ts';
import { personKind } from './person.ts';
import { register, setRoles } from './person-commands.ts';
import { FIRST_PLAN, type SetupLinkState, type SetupPlanState } from './setup-link.ts';
import { agencyById } from './sign-in.ts';

export interface SetupRequest {
  token: string;
  agency: { name: string; code: string };
  administrator: { name: string; username: string; password: string };
}

type Account = SetupPlanState['accounts'][number];

/** 等保三员 (GB/T 22239-2019 8.1.5): three accounts in three hands. The first is the one that was given. */
const officers: { role: Role; name: string; suffix: string }[] = [
  { role: 'sysadmin', name: '', suffix: '' },
  { role: 'secadmin', name: '安全管理员', suffix: '-security' },
  { role: 'auditor', name: '审计员', suffix: '-audit' },
];

const actor = systemActor('setup');
const running = new Set<string>();

/**
 * Founds an agency with its three administrators. A link works once. A set-up that was cut short (a crash, a refusal) goes on
 * with the same link: what stands already stays, the rest is made of what is sent now, and the passwords are set anew. When the
 * answer was lost, the same request with the same Idempotency-Key gets it again while the link lasts. Throws SETUP_LINK_INVALID,
 * PASSWORD_REJECTED, ALREADY_EXISTS.
 */
export async function setUp(deps: Deps, request: SetupRequest, idempotencyKey: string | undefined) {
  const { documents, keys, now } = deps;
  const linkId = hashSecret(request.token);
  const link = (await documents.get('setup-link', linkId))?.body as SetupLinkState | undefined;
  if (!link || Date.parse(link.expiresAt) <= now().getTime()) throw new Fault('SETUP_LINK_INVALID');
  const planId = link.purpose === 'first' ? FIRST_PLAN : linkId;
  const { token, agency, administrator } = request;
  // No digest of a password is kept, not even a keyed one.
  const content = [
    'setup',
    idempotencyKey,
    token,
    agency.name,
    agency.code,
    administrator.name,
    administrator.username,
  ];
  const mark = idempotencyKey && (await keys.blind(SYSTEM_CHAIN, JSON.stringify(content)));
  if (running.has(planId)) throw new Fault('SETUP_LINK_INVALID');
  running.add(planId);
  try {
    const before = (await documents.get('setup-plan', planId))?.body as unknown as SetupPlanState | undefined;
    if (before?.usedAt && mark && before.request === mark) return await answerOf(deps, before);
    if (before?.usedAt) throw new Fault('SETUP_LINK_INVALID');
    return await run(deps, request, planId, mark || undefined);
  } finally {
    running.delete(planId);
  }
}

async function run(deps: Deps, request: SetupRequest, planId: string, mark: string | undefined) {
  const { documents, point } = deps;
  const { name, username, password } = request.administrator;
  await checkStrength(password, [name, username, request.agency.code, request.agency.name], '/administrator/password');
  const document = await planned(deps, planId);
  const plan = document.body as unknown as SetupPlanState;
  point('setup.planned');
  await foundAgency(deps, plan.agencyId, request, planId === FIRST_PLAN);
  point('setup.agency-founded');
  const accounts: Account[] = [];
  for (const [i, account] of plan.accounts.entries()) {
    accounts.push(await admit(deps, plan.agencyId, account, officers[i]!, request));
  }
  point('setup.accounts-made');
  const used = { agencyId: plan.agencyId, accounts, usedAt: deps.now().toISOString(), ...(mark && { request: mark }) };
  const written = await documents.swap(
    { ...document, version: document.version + 1, body: plain(used) },
    document.version,
  );
  if (!written) throw new Fault('SETUP_LINK_INVALID');
  return await answerOf(deps, used);
}

/** The ids of everything are durable before anything is made, so that going on makes the same things. */
async function planned({ documents, newId }: Deps, planId: string): Promise<Document> {
  const known = await documents.get('setup-plan', planId);
  if (known) return known;
  const body = plain({ agencyId: newId(), accounts: officers.map(({ role }) => ({ personId: newId(), role })) });
  const document = { kind: 'setup-plan', id: planId, chain: SYSTEM_CHAIN, version: 1, body };
  if (!(await documents.swap(document, undefined))) throw new Fault('SETUP_LINK_INVALID');
  return document;
}

async function foundAgency(
  { ledger }: Deps,
  agencyId: string,
  { agency }: SetupRequest,
  first: boolean,
): Promise<void> {
  const event: AgencyEvent = { type: 'agency.founded', data: { ...agency, first } };
  try {
    await ledger.execute(agencyKind, SYSTEM_CHAIN, agencyId, actor, (state) => (state ? [] : [event]));
  } catch (error) {
    if (error instanceof ClaimTaken && error.claim.startsWith('first-agency/')) throw new Fault('SETUP_LINK_INVALID');
    throw error;
  }
}

/** Makes one of the three, as far as it is not there, with its role and a password. */
async function admit(
  deps: Deps,
  agencyId: string,
  { personId, role }: Account,
  { name, suffix }: { name: string; suffix: string },
  { administrator }: SetupRequest,
): Promise<Account> {
  const { ledger } = deps;
  const particulars = { name: name || administrator.name, username: administrator.username + suffix };
  const registered = await ledger.execute(personKind, agencyId, personId, actor, (state) =>
    state ? [] : register(particulars),
  );
  await ledger.execute(personKind, agencyId, personId, actor, () => setRoles(registered.state, [role], actor.id));
  const byAdministrator = role !== 'sysadmin';
  const event: AccountEvent = { type: 'account.password-set', data: { byAdministrator } };
  const { version } = await ledger.execute(accountKind, agencyId, personId, actor, () => [event]);
  const password = byAdministrator ? await oneTimePassword(deps, agencyId, personId, version) : administrator.password;
  await setCredential(deps, agencyId, personId, password, { basis: version, mustChange: byAdministrator });
  return { personId, role, version };
}

async function answerOf(deps: Deps, { agencyId, accounts }: SetupPlanState) {
  const { id, name, code } = await agencyById(deps, agencyId);
  const told = accounts.map(async ({ personId, role, version = 0 }) => {
    const { state } = await deps.ledger.load(personKind, agencyId, personId);
    const oneTime = role === 'sysadmin' ? undefined : await oneTimePassword(deps, agencyId, personId, version);
    return { role, username: state?.username ?? '', ...(oneTime && { oneTimePassword: oneTime }) };
  });
  return { agency: { id, name, code }, accounts: await Promise.all(told) };
}

const plain = (plan: SetupPlanState) => plan as unknown as JsonObject;
