import { type Deps, systemActor } from '../deps.ts';
import { Fault } from '../errors.ts';
import { type AccountEvent, accountKind } from './account.ts';
import { attemptsId, forgive } from './attempts.ts';
import { oneTimePassword, setCredential } from './credentials.ts';
import { personKind, usernameClaim } from './person.ts';
import { endSessionsOf } from './sessions.ts';
import { agencyOf } from './sign-in.ts';

const actor = systemActor('rescue');

/**
 * Opens the account of a security administrator again, whom nobody in the agency could: unlocks it and answers a one-time
 * password. Whoever can run it holds the machine; the entries say that it was done so. Throws NOT_FOUND, and STATE_NOT_ALLOWED
 * for anybody but an active security administrator.
 */
export async function rescue(deps: Deps, code: string, username: string): Promise<string> {
  const { ledger } = deps;
  const chain = await agencyOf(deps, code);
  const id = chain && (await ledger.holder(chain, usernameClaim(username)));
  const person = chain && id ? (await ledger.load(personKind, chain, id)).state : undefined;
  if (!chain || !person) throw new Fault('NOT_FOUND');
  if (person.state !== 'active' || !person.roles.includes('secadmin')) {
    throw new Fault('STATE_NOT_ALLOWED', { params: { state: `${person.state}, ${person.roles.join(' ')}` } });
  }
  const reason = 'npx tiezheng rescue';
  const { version } = await ledger.execute(accountKind, chain, person.id, actor, (account): AccountEvent[] => [
    ...(account?.locked ? [{ type: 'account.unlocked' as const, data: { reason } }] : []),
    { type: 'account.password-set', data: { byAdministrator: true, reason } },
  ]);
  const password = await oneTimePassword(deps, chain, person.id, version);
  await setCredential(deps, chain, person.id, password, { basis: version, mustChange: true });
  await deps.personalKeys.drop({ agency: chain, personId: person.id }, version);
  await forgive(deps, await attemptsId(deps, chain, person.username));
  await endSessionsOf(deps, chain, person.id);
  return password;
}
