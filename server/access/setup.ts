import type { Document } from '../../storage/documents/document-store.ts';
import { type Deps, systemActor } from '../deps.ts';
import { Fault } from '../errors.ts';
import { hashSecret } from '../ledger/keys.ts';
import { ClaimTaken } from '../ledger/sequencer.ts';
import { type AccountEvent, accountKind } from './account.ts';
import { type AgencyEvent, agencyKind, SYSTEM_CHAIN } from './agency.ts';
import { oneTimePassword, setCredential } from './credentials.ts';
import type { Role } from './matrix.ts';
import { checkStrength } from './password.ts';
import { personKind } from './person.ts';
import { register, setRoles } from './person-commands.ts';
import { linkOf, type SetupLinkState, swapLink } from './setup-link.ts';
import { agencyById } from './sign-in.ts';

export interface SetupRequest {
  token: string;
  agency: { name: string; code: string };
  administrator: { name: string; username: string; password: string };
}

type Plan = NonNullable<SetupLinkState['plan']>;

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
  const id = hashSecret(request.token);
  if (running.has(id)) throw new Fault('SETUP_LINK_INVALID');
  running.add(id);
  try {
    const document = await deps.documents.get('setup-link', id);
    if (!document || Date.parse(linkOf(document).expiresAt) <= deps.now().getTime())
      throw new Fault('SETUP_LINK_INVALID');
    const mark =
      idempotencyKey && (await deps.keys.blind(SYSTEM_CHAIN, JSON.stringify(['setup', idempotencyKey, request])));
    const { usedAt, request: before, plan } = linkOf(document);
    if (usedAt && plan && mark && before === mark) return await answerOf(deps, plan);
    if (usedAt) throw new Fault('SETUP_LINK_INVALID');
    return await run(deps, request, document, mark || undefined);
  } finally {
    running.delete(id);
  }
}

async function run(deps: Deps, request: SetupRequest, found: Document, mark: string | undefined) {
  const { documents, point } = deps;
  const { name, username, password } = request.administrator;
  checkStrength(password, [name, username, request.agency.code, request.agency.name], '/administrator/password');
  const { document, plan } = await planned(deps, found);
  point('setup.planned');
  await foundAgency(deps, plan.agencyId, request, linkOf(document).purpose === 'first');
  point('setup.agency-founded');
  const accounts: Plan['accounts'] = [];
  for (const [i, account] of plan.accounts.entries()) accounts.push(await admit(deps, plan, i, account, request));
  point('setup.accounts-made');
  const done: SetupLinkState = {
    ...linkOf(document),
    plan: { ...plan, accounts },
    usedAt: deps.now().toISOString(),
    ...(mark && { request: mark }),
  };
  if (!(await swapLink(documents, document, done))) throw new Fault('SETUP_LINK_INVALID');
  return await answerOf(deps, { ...plan, accounts });
}

/** The ids of everything are durable in the link before anything is made, so that going on makes the same things. */
async function planned({ documents, newId }: Deps, document: Document): Promise<{ document: Document; plan: Plan }> {
  const link = linkOf(document);
  if (link.plan) return { document, plan: link.plan };
  const accounts = officers.map(({ role }) => ({ personId: newId(), role }));
  const plan = { agencyId: newId(), accounts };
  if (!(await swapLink(documents, document, { ...link, plan }))) throw new Fault('SETUP_LINK_INVALID');
  return { document: { ...document, version: document.version + 1, body: { ...link, plan } as never }, plan };
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
async function admit(deps: Deps, plan: Plan, index: number, account: Plan['accounts'][number], request: SetupRequest) {
  const { ledger } = deps;
  const { agencyId } = plan;
  const { personId, role } = account;
  const { name, suffix } = officers[index]!;
  const { administrator } = request;
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

async function answerOf(deps: Deps, { agencyId, accounts }: Plan) {
  const { id, name, code } = await agencyById(deps, agencyId);
  const told = accounts.map(async ({ personId, role, version = 0 }) => {
    const { state } = await deps.ledger.load(personKind, agencyId, personId);
    const oneTime = role === 'sysadmin' ? undefined : await oneTimePassword(deps, agencyId, personId, version);
    return { role, username: state?.username ?? '', ...(oneTime && { oneTimePassword: oneTime }) };
  });
  return { agency: { id, name, code }, accounts: await Promise.all(told) };
}
