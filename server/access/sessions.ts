import { stringifySetCookie } from 'cookie';
import type { Document } from '../../storage/documents/document-store.ts';
import type { Config } from '../config.ts';
import type { Deps } from '../deps.ts';
import { hashSecret } from '../ledger/keys.ts';

/**
 * Working state `session`: its id is the SHA-256 of the cookie's token (256 random bits), so that the database opens no session.
 * Instants are RFC 3339 in UTC.
 */
export interface SessionState {
  personId: string;
  startedAt: string;
  lastSeen: string;
  /** The latest end, whatever happens in it. */
  endsAt: string;
  /** The password was set by an administrator: nothing else is allowed before it is changed. */
  mustChangePassword: boolean;
}

export const sessionDocuments = { kind: 'session', sort: 'state' as const, indexes: ['personId'] };

type Parts = Pick<Deps, 'config' | 'documents' | 'now' | 'random'>;

/** Browsers bind a `__Host-` cookie to this very host and to https (RFC 6265bis section 4.1.3.2). */
export const cookieName = ({ PUBLIC_URL }: Config) => (isHttps(PUBLIC_URL) ? '__Host-tiezheng' : 'tiezheng');

export function sessionCookie(config: Config, token: string): string {
  const common = { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps(config.PUBLIC_URL) } as const;
  return stringifySetCookie(cookieName(config), token, token ? common : { ...common, maxAge: 0 });
}

/** Begins a session; the token is returned once and kept nowhere. */
export async function beginSession(parts: Parts, chain: string, personId: string, mustChangePassword: boolean) {
  const token = Buffer.from(parts.random(32)).toString('base64url');
  const now = parts.now();
  const body: SessionState = {
    personId,
    startedAt: now.toISOString(),
    lastSeen: now.toISOString(),
    endsAt: new Date(now.getTime() + parts.config.SESSION_HOURS * 3_600_000).toISOString(),
    mustChangePassword,
  };
  await parts.documents.save([{ kind: 'session', id: hashSecret(token), chain, version: 1, body: { ...body } }]);
  return { token, session: body };
}

export const bodyOf = (document: Document) => document.body as unknown as SessionState;

/** Whether a session still stands at an instant: neither idle for too long nor too old. */
export function isOpen({ lastSeen, endsAt }: SessionState, { SESSION_IDLE_MINUTES }: Config, now: Date): boolean {
  return now.getTime() < Date.parse(endsAt) && now.getTime() < Date.parse(lastSeen) + SESSION_IDLE_MINUTES * 60_000;
}

/** Notes activity, at most once a minute; a session that was ended meanwhile is not brought back. */
export async function noteActivity({ config, documents, now }: Parts, document: Document): Promise<void> {
  const at = now();
  const session = bodyOf(document);
  const step = Math.min(60_000, config.SESSION_IDLE_MINUTES * 6000);
  if (at.getTime() - Date.parse(session.lastSeen) < step) return;
  const body = { ...document.body, lastSeen: at.toISOString() };
  await documents.swap({ ...document, version: document.version + 1, body }, document.version);
}

/** Opens a session to everything else, once its person has chosen a password. */
export async function passwordChanged({ documents }: Pick<Deps, 'documents'>, id: string): Promise<void> {
  for (;;) {
    const document = await documents.get('session', id);
    if (!document) return;
    const body = { ...document.body, mustChangePassword: false };
    if (await documents.swap({ ...document, version: document.version + 1, body }, document.version)) return;
  }
}

export const endSession = ({ documents }: Pick<Deps, 'documents'>, id: string) => documents.delete('session', [id]);

/** Ends all sessions of a person but one. */
export async function endSessionsOf(
  { documents }: Pick<Deps, 'documents'>,
  chain: string,
  personId: string,
  keep?: string,
) {
  for (let after: string | undefined; ; ) {
    const page = await documents.find('session', { chain, filter: { personId }, limit: 200, ...(after && { after }) });
    const ids = page.items.map(({ id }) => id).filter((id) => id !== keep);
    if (ids.length > 0) await documents.delete('session', ids);
    if (!page.next) return;
    after = page.next;
  }
}

const isHttps = (url: string | undefined) => url?.startsWith('https:') ?? false;
