import { type Deps, SYSTEM_CHAIN, systemActor } from '../deps.ts';
import { Fault, invalid, present } from '../errors.ts';
import { type AccountEvent, accountKind } from './account.ts';
import { type AgencyState, agencyCodeClaim, agencyKind } from './agency.ts';
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
  if (items.length > 1) throw invalid('/agency', 'needed: there are several agencies');
  return items[0]?.id;
}

export async function agencyById({ ledger }: Pick<Deps, 'ledger'>, id: string): Promise<AgencyState> {
  const { state } = await ledger.load(agencyKind, SYSTEM_CHAIN, id);
  return present(state);
}

/**
 * Whether a name and a password belong together. One answer for an unknown agency, an unknown name, a wrong password and a
 * suspended person, in the same time. Throws LOGIN_FAILED, LOGIN_DELAYED, ACCOUNT_LOCKED.
 */
export async function prove(deps: Deps, chain: string | undefined, given: Given, address: string) {
  const { ledger } = deps;
  const found = chain && (await ledger.holder(chain, usernameClaim(given.username)));
  // For an unknown name everything is looked up all the same, under an id that nobody has.
  const [where, personId] = [chain ?? SYSTEM_CHAIN, found || deps.newId()];
  const check = async () => {
    const { state: account } = await ledger.load(accountKind, where, personId);
    if (account?.locked) throw new Fault('ACCOUNT_LOCKED');
    const credential = await credentialOf(deps, personId);
    const right = await verifyPassword(given.password, credential?.hash);
    const { state: person } = await ledger.load(personKind, where, personId);
    return right && credential && person?.state === 'active' ? { person, credential } : undefined;
  };
  const onLock = async (failures: number) => {
    if (!found) return;
    const event: AccountEvent = { type: 'account.locked', data: { failures, address } };
    await ledger.execute(accountKind, where, personId, systemActor('sign-in'), (account) =>
      account?.locked ? [] : [event],
    );
  };
  const id = await attemptsId(deps, chain, given.username);
  return await attempt<{ person: PersonState; credential: CredentialState }>(deps, id, check, onLock);
}
