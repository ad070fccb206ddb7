import { Fault } from '../errors.ts';
import type { GrantState } from './grant-events.ts';
import type { RecordSpan } from './ranges.ts';
import { requireInForce } from './standing.ts';
import { type Closing, RANGES_PER_ENTRY, type ViewingEvent, type ViewingState } from './viewing-events.ts';

/** Opens a viewing that the grant has counted; the grant is looked at again, since it may have ended in between. */
export function open(
  grant: GrantState,
  viewing: { id: string; recordIds: string[]; address: string },
  now: Date,
): ViewingEvent[] {
  requireInForce(grant, now);
  const { id, recordIds, address } = viewing;
  if (!grant.viewingIds.includes(id)) throw new Fault('GRANT_USED_UP');
  const { id: grantId, personId, expiresAt = '' } = grant;
  return [{ type: 'viewing.opened', data: { grantId, personId, recordIds, expiresAt, address } }];
}

/** Closes a viewing; closing a closed one changes nothing. */
export const close = (viewing: ViewingState | undefined, by: Closing): ViewingEvent[] =>
  viewing?.state === 'open' ? [{ type: 'viewing.closed', data: { by } }] : [];

/**
 * What was delivered, an event for each entry. A viewing that was closed meanwhile takes it too: what left is told in any case.
 * `bytes` counts what was handed over, repeated reading included; it stands with the last event beyond what the ranges span.
 */
export function delivered({ ranges, bytes }: { ranges: readonly RecordSpan[]; bytes: number }): ViewingEvent[] {
  const events: ViewingEvent[] = [];
  let left = bytes;
  for (let at = 0; at < ranges.length; at += RANGES_PER_ENTRY) {
    const part = ranges.slice(at, at + RANGES_PER_ENTRY);
    const last = at + RANGES_PER_ENTRY >= ranges.length;
    const spanned = part.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    events.push({ type: 'viewing.delivered', data: { ranges: [...part], bytes: last ? left : spanned } });
    left -= spanned;
  }
  return events;
}
