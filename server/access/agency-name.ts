import { type Deps, SYSTEM_CHAIN } from '../deps.ts';
import { namesOf } from '../ledger/find-views.ts';
import { agencyKind } from './agency.ts';

/** What an agency is called now; its id when nobody knows. */
export const agencyName = async (deps: Deps, chain: string): Promise<string> =>
  (await namesOf(deps, agencyKind, SYSTEM_CHAIN, [chain])).get(chain) ?? chain;
