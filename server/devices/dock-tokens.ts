import type { Document } from '../../storage/documents/document-store.ts';
import type { Deps } from '../deps.ts';
import { hashSecret } from '../ledger/keys.ts';
import { type DockState, dockKind, tokenIsGood } from './dock.ts';

/**
 * Working state `dock-token`: finds the dock of a token by the token's SHA-256. Whether the token is good is said by the dock's
 * stream alone; `lastUsedAt` is told to administrators.
 */
export interface DockTokenState {
  dockId: string;
  tokenId: string;
  lastUsedAt?: string;
}

export const dockTokenDocuments = { kind: 'dock-token', sort: 'state' as const, indexes: ['dockId'] };

const PREFIX = 'tzd_';
const STEP_MS = 60_000;

type Parts = Pick<Deps, 'documents' | 'keys' | 'ledger' | 'now'>;

/** A bearer token as docks send it (RFC 6750 section 2.1), or undefined. */
export const dockTokenIn = (authorization: string | undefined) =>
  /^Bearer (tzd_[\w-]{43})$/i.exec(authorization ?? '')?.[1];

/**
 * The token that an entry of a dock's stream issued: derived from the stream's key, so a repeated request gets the same one. It
 * is put in force unless it was revoked meanwhile. Safe to repeat.
 */
export async function dockToken(
  parts: Parts,
  chain: string,
  dockId: string,
  tokenId: string,
  version: number,
): Promise<string> {
  const token = PREFIX + (await parts.keys.secret(chain, `dock/${dockId}`, version));
  const { state } = await parts.ledger.load(dockKind, chain, dockId);
  const revoked = state?.tokens.find(({ id }) => id === tokenId)?.revokedAt !== undefined;
  if (!revoked) {
    await parts.documents.swap(
      { kind: 'dock-token', id: hashSecret(token), chain, version: 1, body: { dockId, tokenId } },
      undefined,
    );
  }
  return token;
}

/** The dock that a token's hash stands for now; undefined for one that is unknown, revoked or over. */
export async function dockOf(parts: Parts, hash: string): Promise<{ dock: DockState; document: Document } | undefined> {
  const document = await parts.documents.get('dock-token', hash);
  if (!document) return undefined;
  const { dockId, tokenId } = document.body as unknown as DockTokenState;
  const { state: dock } = await parts.ledger.load(dockKind, document.chain, dockId);
  const token = dock?.tokens.find(({ id }) => id === tokenId);
  if (!dock || !token || !tokenIsGood(token, parts.now().toISOString())) return undefined;
  return { dock, document };
}

/** Notes the use of a token, at most once a minute. */
export async function noteUse({ documents, now }: Parts, document: Document): Promise<void> {
  const { lastUsedAt } = document.body as unknown as DockTokenState;
  const at = now();
  if (lastUsedAt && at.getTime() - Date.parse(lastUsedAt) < STEP_MS) return;
  const body = { ...document.body, lastUsedAt: at.toISOString() };
  await documents.swap({ ...document, version: document.version + 1, body }, document.version);
}

/** When each token of a dock was last used, by token id. */
export async function lastUses({ documents }: Pick<Deps, 'documents'>, chain: string, dockIds: readonly string[]) {
  const uses = new Map<string, string>();
  if (dockIds.length === 0) return uses;
  for (let after: string | undefined; ; ) {
    const filter = { dockId: { $in: dockIds } };
    const page = await documents.find('dock-token', { chain, filter, limit: 200, ...(after && { after }) });
    for (const { body } of page.items) {
      const { tokenId, lastUsedAt } = body as unknown as DockTokenState;
      if (lastUsedAt) uses.set(tokenId, lastUsedAt);
    }
    if (!page.next) return uses;
    after = page.next;
  }
}
