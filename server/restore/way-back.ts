import type { DocumentStore } from '../../storage/documents/document-store.ts';
import type { AgencyState } from '../access/agency.ts';
import type { PersonState } from '../access/person.ts';
import { SYSTEM_CHAIN } from '../deps.ts';

export interface WayBack {
  agency: AgencyState;
  /** Active security administrators: `rescue` lets one in, who lets in the others. */
  usernames: string[];
}

/** Passwords are not evidence and are in no store: who can come back first, for each agency. */
export async function* waysBack(documents: DocumentStore): AsyncGenerator<WayBack> {
  for await (const { id, chain, body } of documents.all('agency')) {
    if (chain !== SYSTEM_CHAIN) continue;
    const usernames: string[] = [];
    for await (const person of documents.all('person')) {
      const { username, roles, state } = person.body as unknown as PersonState;
      if (person.chain === id && state === 'active' && roles.includes('secadmin')) usernames.push(username);
    }
    yield { agency: body as unknown as AgencyState, usernames };
  }
}
