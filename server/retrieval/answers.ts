import { z } from 'zod';
import { showSignature, signatureAnswer } from '../personal/signature.ts';
import type { RecordState } from '../records/events.ts';
import { type GrantState, grantReasons, grantRules } from './grant-events.ts';
import { servedAs } from './media-type.ts';
import { standing, standings } from './standing.ts';
import { closings, type ViewingState } from './viewing-events.ts';

/** What retrieval's routes answer. */

const decided = z.object({ by: z.string(), at: z.string(), reason: z.string() });

export const grantShape = z.object({
  id: z.string(),
  state: z.enum(standings),
  personId: z.string(),
  requestedAt: z.string(),
  reason: z.enum(grantReasons),
  text: z.string(),
  caseId: z.string().optional(),
  records: z.array(z.object({ recordId: z.string(), departmentId: z.string() })),
  recordIds: z.array(z.string()),
  departments: z.array(z.string()),
  seconds: z.int(),
  viewings: z.int(),
  viewingsLeft: z.int(),
  viewingIds: z.array(z.string()),
  approvedBy: z.enum(['person', 'policy']).optional(),
  rule: z.enum(grantRules).optional(),
  answered: decided.extend({ signature: signatureAnswer.optional() }).optional(),
  expiresAt: z.string().optional(),
  revoked: decided.extend({ cause: z.enum(['person', 'suspension', 'policy']) }).optional(),
});

/** A grant as it stands at an instant. */
export function toGrant(grant: GrantState, now: Date): z.input<typeof grantShape> {
  const viewingsLeft = grant.state === 'approved' ? grant.viewings - grant.viewingIds.length : 0;
  const { answered, ...rest } = grant;
  const shown = answered && { ...answered, signature: answered.signature && showSignature(answered.signature) };
  return { ...rest, state: standing(grant, now), viewingsLeft, ...(shown && { answered: shown }) };
}

const span = z.object({ recordId: z.string(), from: z.int(), to: z.int() });

const viewingCore = {
  id: z.string(),
  grantId: z.string(),
  personId: z.string(),
  openedAt: z.string(),
  expiresAt: z.string(),
  state: z.enum(['open', 'closed']),
  closedAt: z.string().optional(),
  closedBy: z.enum(closings).optional(),
  bytes: z.int(),
};

/** A viewing as its reader sees it: where each record's bytes are. */
export const viewingShape = z.object({
  ...viewingCore,
  records: z.array(
    z.object({ recordId: z.string(), url: z.string(), mediaType: z.string(), size: z.int(), name: z.string() }),
  ),
});

export function toViewing(viewing: ViewingState, records: readonly RecordState[]): z.input<typeof viewingShape> {
  const listed = records.map(({ id: recordId, mediaType, object, name }) => ({
    recordId,
    url: `/api/v1/viewings/${viewing.id}/records/${recordId}/content`,
    mediaType: servedAs(mediaType).mediaType,
    size: object?.size ?? 0,
    name,
  }));
  return { ...viewing, records: listed };
}

/** A viewing as an overseer sees it: who watched what, and from where if their reach is the agency. */
export const watchedShape = z.object({
  ...viewingCore,
  address: z.string().optional(),
  ranges: z.array(span),
  /** More ranges were delivered than are shown; all of them are in the ledger. */
  rangesCut: z.boolean(),
});

/** `recordId`: what was watched of one record only. */
export function toWatched(
  viewing: ViewingState,
  { recordId, withAddress }: { recordId?: string; withAddress: boolean },
): z.input<typeof watchedShape> {
  const { address, ...rest } = viewing;
  const ranges = viewing.ranges.filter((range) => !recordId || range.recordId === recordId);
  return { ...rest, ranges, ...(withAddress && { address }) };
}
