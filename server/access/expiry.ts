import type { Deps } from '../deps.ts';
import { every, type Reconciler } from '../reconciler.ts';
import { type AttemptsState, isStale } from './attempts.ts';
import { isOpen, type SessionState } from './sessions.ts';
import type { SetupLinkState } from './setup-link.ts';

const PERIOD_MS = 10 * 60_000;

/** Deletes what is over and opens nothing any more: sessions, set-up links, counts of wrong passwords. */
export const startExpiry = (deps: Deps): Reconciler => every(deps, 'access-expiry', PERIOD_MS, () => sweep(deps));

export async function sweep({ documents, config, now }: Pick<Deps, 'documents' | 'config' | 'now'>): Promise<void> {
  const at = now();
  const over: Record<string, (body: unknown) => boolean> = {
    session: (body) => !isOpen(body as SessionState, config, at),
    'setup-link': (body) => Date.parse((body as SetupLinkState).expiresAt) <= at.getTime(),
    'sign-in-attempts': (body) => isStale(body as AttemptsState, at),
  };
  for (const [kind, isOver] of Object.entries(over)) {
    const ids: string[] = [];
    for await (const { id, body } of documents.all(kind)) if (isOver(body)) ids.push(id);
    for (let i = 0; i < ids.length; i += 200) await documents.delete(kind, ids.slice(i, i + 200));
  }
}
