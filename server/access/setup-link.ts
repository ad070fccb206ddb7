import type { Document, DocumentStore } from '../../storage/documents/document-store.ts';
import { hashSecret } from '../ledger/keys.ts';
import { SYSTEM_CHAIN } from './agency.ts';
import type { Role } from './matrix.ts';

/**
 * Working state `setup-link`: its id is the SHA-256 of the token. `first` makes the installation's first agency, and is worth
 * nothing once there is one; `agency` makes a further one.
 */
export interface SetupLinkState {
  purpose: 'first' | 'agency';
  expiresAt: string;
  /** Set when a set-up began: ids that a set-up which was cut short goes on with. */
  plan?: { agencyId: string; accounts: { personId: string; role: Role; version?: number }[] };
  usedAt?: string;
  /** Blinded Idempotency-Key and content of the request that used it up. */
  request?: string;
}

export const setupLinkDocuments = { kind: 'setup-link', sort: 'state' as const, indexes: [] };

export const SETUP_LINK_MS = 3_600_000;

interface Parts {
  documents: DocumentStore;
  now: () => Date;
  random: (size: number) => Uint8Array;
}

/**
 * Makes a one-time token, good for an hour; only its hash is kept. Undefined when a first agency is asked for and there is one.
 * It writes one document of working state, so it may run beside a live server.
 */
export async function issueSetupLink({ documents, now, random }: Parts, purpose: SetupLinkState['purpose']) {
  if (purpose === 'first' && (await documents.count('agency', SYSTEM_CHAIN)) > 0) return undefined;
  const token = Buffer.from(random(32)).toString('base64url');
  const body: SetupLinkState = { purpose, expiresAt: new Date(now().getTime() + SETUP_LINK_MS).toISOString() };
  await documents.save([
    { kind: 'setup-link', id: hashSecret(token), chain: SYSTEM_CHAIN, version: 1, body: { ...body } },
  ]);
  return token;
}

/** The page that the link opens. The token stands in the fragment, which browsers send to no server. */
export const setupAddress = (origin: string, token: string) => `${origin}/setup#token=${token}`;

export const linkOf = (document: Document) => document.body as unknown as SetupLinkState;

/** Writes a link on; false when another call did so meanwhile. */
export const swapLink = (documents: DocumentStore, document: Document, body: SetupLinkState) =>
  documents.swap(
    { ...document, version: document.version + 1, body: JSON.parse(JSON.stringify(body)) },
    document.version,
  );
