import type { Filter } from '../../storage/documents/document-store.ts';
import type { Context } from '../http/context.ts';
import { type Standing, standings } from './standing.ts';

/** What a list shows: one's own, one's departments', or all, as far as the caller reaches. */
export function scopeOf(context: Context): Filter {
  const { id, departments } = context.signedIn;
  if (context.reach === 'agency') return {};
  const own: Filter = { personId: id };
  if (context.reach === 'own' || departments.length === 0) return own;
  return { $or: [own, { departments: { $in: departments } }] };
}

/** What lists are asked for by: a standing, or all that can be taken back, since what is used up may still be watched. */
export const asked = [...standings, 'running'] as const;

/** Grants of a standing as of an instant; see standing(). */
export function inStanding(standing: Standing | 'running', now: Date): Filter {
  const at = now.toISOString();
  switch (standing) {
    case 'running':
      return { state: 'approved', expiresAt: { $gt: at } };
    case 'waiting':
      return { state: 'requested' };
    case 'refused':
    case 'revoked':
      return { state: standing };
    case 'expired':
      return { state: 'approved', expiresAt: { $lte: at } };
    case 'used-up':
      return { state: 'approved', expiresAt: { $gt: at }, usedUp: true };
    case 'live':
      return { state: 'approved', expiresAt: { $gt: at }, usedUp: false };
  }
}
