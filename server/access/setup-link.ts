import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import { hashSecret } from '../ledger/keys.ts';
import type { Role } from './matrix.ts';

/**
 * Working state `setup-link`: its id is the SHA-256 of the token. `first` makes the installation's first agency, `agency` a
 * further one.
 */
export interface SetupLinkState {
  purpose: 'first' | 'agency';
  expiresAt: string;
}

/**
 * Working state `setup-plan`: the ids of what a set-up makes, durable before anything is made. All first links share the plan
 * `first`; another link has its own, under the link's id.
 */
export interface SetupPlanState {
  agencyId: string;
  accounts: { personId: string; role: Role; version?: number }[];
  /** Set once, by the set-up that came to its end. */
  usedAt?: string;
  /** Blinded link, Idempotency-Key and content of the request that did so. */
  request?: string;
}

export const setupDocuments = [
  { kind: 'setup-link', sort: 'state' as const, indexes: [] },
  { kind: 'setup-plan', sort: 'state' as const, indexes: [] },
];

export const SETUP_LINK_MS = 3_600_000;
export const FIRST_PLAN = 'first';

interface Parts {
  documents: DocumentStore;
  now: () => Date;
  random: (size: number) => Uint8Array;
}

/**
 * Makes a token, good once and for an hour; only its hash is kept. Undefined when a first agency is asked for and there is one;
 * a first set-up that was cut short is gone on with. It writes one document of working state, so it may run beside a live server.
 */
export async function issueSetupLink({ documents, now, random }: Parts, purpose: SetupLinkState['purpose']) {
  if (purpose === 'first' && (await firstIsMade(documents))) return undefined;
  const token = Buffer.from(random(32)).toString('base64url');
  const body = { purpose, expiresAt: new Date(now().getTime() + SETUP_LINK_MS).toISOString() };
  await documents.save([{ kind: 'setup-link', id: hashSecret(token), chain: SYSTEM_CHAIN, version: 1, body }]);
  return token;
}

async function firstIsMade(documents: DocumentStore): Promise<boolean> {
  const plan = (await documents.get('setup-plan', FIRST_PLAN))?.body as unknown as SetupPlanState | undefined;
  if (plan) return plan.usedAt !== undefined;
  return (await documents.count('agency', SYSTEM_CHAIN)) > 0;
}

/** The page that the link opens. The token stands in the fragment, which browsers send to no server. */
export const setupAddress = (origin: string, token: string) => `${origin}/setup#token=${token}`;
