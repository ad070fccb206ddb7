import { type Deps, systemActor } from '../deps.ts';
import { Fault } from '../errors.ts';
import { type AccountEvent, accountKind } from './account.ts';
import { type AgencyState, agencyCodeClaim, agencyKind, SYSTEM_CHAIN } from './agency.ts';
import { attempt, attemptsId } from './attempts.ts';
import { type CredentialState, credentialOf } from './credentials.ts';
import { verifyPassword } from './password.ts';
import { type PersonState, personKind, usernameClaim } from './person.ts';

/** What a person typed; `username` in its normal form. */
export interface Given {
  username: string;
  password: string;
}

/**
 * The agency that a code names; without a code the only one there is. Undefined for an unknown code, which must cost as much as
 * a known one. Throws VALIDATION when a code is needed.
 */
export async function agencyOf({ ledger, documents }: Deps, code: string | undefined): Promise<string | undefined> {
  if (code !== undefined) return await ledger.holder(SYSTEM_CHAIN, agencyCodeClaim(code));
  const { items } = await documents.find('agency', { chain: SYSTEM_CHAIN, limit: 2 });
  if (items.length > 1)
    throw new Fault('VALIDATION', { errors: [{ pointer: '/agency', detail: 'needed: there are several agencies' }] });
  return items[0]?.id;
}

export async function agencyById({ ledger }: Pick<Deps, 'ledger'>, id: string): Promise<AgencyState> {
  const { state } = await ledger.load(agencyKind, SYSTEM_CHAIN, id);
  if (!state) throw new Fault('NOT_FOUND');
  return state;
}

/**
 * Whether a name and a password belong together. One answer for an unknown agency, an unknown name, a wrong password and a
 * suspended person, in the same time. Throws LOGIN_FAILED, LOGIN_DELAYED, ACCOUNT_LOCKED.
 */
export async function prove(deps: Deps, chain: string | undefined, given: Given, address: string) {
  const { ledger } = deps;
  const personId = chain && (await ledger.holder(chain, usernameClaim(given.username)));
  const locked = async () => chain && personId && (await ledger.load(accountKind, chain, personId)).state?.locked;
  const check = async () => {
    if (await locked()) throw new Fault('ACCOUNT_LOCKED');
    const credential = personId ? await credentialOf(deps, personId) : undefined;
    const right = await verifyPassword(given.password, credential?.hash);
    const person = chain && personId ? (await ledger.load(personKind, chain, personId)).state : undefined;
    return right && credential && person?.state === 'active' ? { person, credential } : undefined;
  };
  const onLock = async (failures: number) => {
    if (!chain || !personId) return;
    const event: AccountEvent = { type: 'account.locked', data: { failures, address } };
    await ledger.execute(accountKind, chain, personId, systemActor('sign-in'), () => [event]);
  };
  const id = await attemptsId(deps, chain, given.username);
  return await attempt<{ person: PersonState; credential: CredentialState }>(deps, id, check, onLock);
}
