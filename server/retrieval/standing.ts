import { Fault } from '../errors.ts';
import type { GrantState } from './grant-events.ts';
import type { ViewingState } from './viewing-events.ts';

/** What a grant is worth at an instant; the first that is true. */
export const standings = ['waiting', 'refused', 'revoked', 'expired', 'used-up', 'live'] as const;
export type Standing = (typeof standings)[number];

/** A grant ends at its instant, not after it. */
export const hasExpired = ({ expiresAt }: { expiresAt?: string }, now: Date) =>
  expiresAt !== undefined && now.getTime() >= Date.parse(expiresAt);

export function standing(grant: GrantState, now: Date): Standing {
  if (grant.state === 'requested') return 'waiting';
  if (grant.state !== 'approved') return grant.state;
  if (hasExpired(grant, now)) return 'expired';
  return grant.usedUp ? 'used-up' : 'live';
}

/** Refuses a grant that was never given, was taken back or is over; its count is not looked at. */
export function requireInForce(grant: GrantState, now: Date): void {
  const state = standing(grant, now);
  if (state === 'revoked') throw new Fault('GRANT_REVOKED');
  if (state === 'expired') throw new Fault('GRANT_EXPIRED');
  if (state === 'waiting' || state === 'refused') throw new Fault('STATE_NOT_ALLOWED', { params: { state } });
}

/** What every range is checked against. The grant comes first: a reader learns why, not only that the viewing was closed. */
export function requireWatchable(viewing: ViewingState, grant: GrantState, now: Date): void {
  requireInForce(grant, now);
  if (viewing.state !== 'open') throw new Fault('VIEWING_CLOSED');
}
