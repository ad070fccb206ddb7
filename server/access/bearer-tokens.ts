import { z } from 'zod';
import type { Document } from '../../storage/documents/document-store.ts';
import type { Deps } from '../deps.ts';
import { hashSecret } from '../ledger/keys.ts';
import { instantKept } from './periods.ts';

/**
 * Working state `bearer-token`: finds whose a token is by the token's SHA-256. Whether it is good is said by the holder's stream
 * alone; `lastUsedAt` is told to who answers for it.
 */
interface BearerTokenState {
  /** The stream that issued it: `dock/<id>` or `account/<person>`. */
  holder: string;
  tokenId: string;
  lastUsedAt?: string;
}

export const bearerTokenDocuments = { kind: 'bearer-token', sort: 'state' as const, indexes: ['holder'] };

/** What a stream says of a token it issued; the value and its hash are in no ledger. */
export const tokenIssued = z.strictObject({ id: z.string(), name: z.string(), expiresAt: instantKept });
export const tokenRevoked = z.strictObject({ id: z.string() });

export interface HeldToken {
  id: string;
  name: string;
  createdAt: string;
  expiresAt: string;
  revokedAt?: string;
}

export const tokenAnswer = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().optional(),
  revokedAt: z.string().optional(),
});

/** The one answer that holds the value. */
export const newTokenAnswer = z.object({ id: z.string(), name: z.string(), expiresAt: z.string(), token: z.string() });

const STEP_MS = 60_000;

type Parts = Pick<Deps, 'documents' | 'keys' | 'now'>;

/** Tells from outside whose kind of token it is: docks', or people's for reading the log. */
const tokenPrefixes = { dock: 'tzd_', account: 'tzl_' } as const;

/** A bearer token (RFC 6750 section 2.1), or undefined. */
export const bearerIn = (authorization: string | undefined) =>
  /^Bearer (tz[dl]_[\w-]{43})$/i.exec(authorization ?? '')?.[1];

/**
 * The one answer with the value of a token that the entry `version` of the holder's stream issued: derived from the stream's key, so that a
 * repeated request gets the same one. `held` is what the holder has now: a request that is repeated late brings no revoked token back.
 */
export async function issuedToken(
  { documents, keys }: Parts,
  chain: string,
  holder: `${keyof typeof tokenPrefixes}/${string}`,
  { issued, version, held = [] }: { issued: HeldToken; version: number; held: readonly HeldToken[] | undefined },
) {
  const prefix = tokenPrefixes[holder.split('/')[0] as keyof typeof tokenPrefixes];
  const token = prefix + (await keys.secret(chain, holder, version));
  const body = { holder, tokenId: issued.id };
  if (held.some(({ id, revokedAt }) => id === issued.id && !revokedAt))
    await documents.swap({ kind: 'bearer-token', id: hashSecret(token), chain, version: 1, body }, undefined);
  return { ...issued, token };
}

/** What a token's hash stands for; whether it is still good, its holder's stream says. */
export async function findToken({ documents }: Parts, hash: string) {
  const document = await documents.get('bearer-token', hash);
  if (!document) return undefined;
  const { holder, tokenId } = document.body as unknown as BearerTokenState;
  const [kind, id = ''] = holder.split('/');
  return { kind, id, tokenId, document };
}

/** Notes the use of a token, at most once a minute. */
export async function noteUse({ documents, now }: Parts, document: Document): Promise<void> {
  const { lastUsedAt } = document.body as unknown as BearerTokenState;
  const at = now();
  if (lastUsedAt && at.getTime() - Date.parse(lastUsedAt) < STEP_MS) return;
  const body = { ...document.body, lastUsedAt: at.toISOString() };
  await documents.swap({ ...document, version: document.version + 1, body }, document.version);
}

/** When each token of these streams was last used, by token id. */
export async function lastUses({ documents }: Pick<Deps, 'documents'>, chain: string, holders: readonly string[]) {
  const uses = new Map<string, string>();
  if (holders.length === 0) return uses;
  for (let after: string | undefined; ; ) {
    const filter = { holder: { $in: holders } };
    const page = await documents.find('bearer-token', { chain, filter, limit: 200, ...(after && { after }) });
    for (const { body } of page.items) {
      const { tokenId, lastUsedAt } = body as unknown as BearerTokenState;
      if (lastUsedAt) uses.set(tokenId, lastUsedAt);
    }
    if (!page.next) return uses;
    after = page.next;
  }
}

/** The same tokens with the instants at which they were last used. */
export const withUses = (tokens: readonly HeldToken[], uses: ReadonlyMap<string, string>) =>
  tokens.map((token) => ({ ...token, ...(uses.has(token.id) && { lastUsedAt: uses.get(token.id) }) }));

export const markRevoked = <T extends HeldToken>(tokens: readonly T[], id: string, at: string): T[] =>
  tokens.map((token) => (token.id === id ? { ...token, revokedAt: at } : token));

/** Whether a token opens the door at an instant (UTC with milliseconds). */
export const tokenIsGood = ({ expiresAt, revokedAt }: HeldToken, now: string) => !revokedAt && now < expiresAt;
