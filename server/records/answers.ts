import { z } from 'zod';
import { termsOf } from '../archive/terms.ts';
import type { Context } from '../http/context.ts';
import { marks } from '../policy/original-carriers.ts';
import { type RecordState, recordKind } from './events.ts';
import { mayRead } from './reach.ts';
import * as shape from './shapes.ts';

const link = shape.link.extend({
  by: z.string(),
  at: z.string(),
  ended: z.strictObject({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
});

/** A record as answers show it: never its bytes, nor where they lie. */
export const recordView = z.object({
  id: z.string(),
  state: z.enum(['received', 'sealed', 'quarantined', 'disposed']),
  kind: z.enum(shape.recordKinds),
  title: z.string(),
  /** The original file name. */
  name: z.string(),
  mediaType: z.string().optional(),
  size: z.int(),
  declared: shape.arrival.shape.declared,
  door: shape.arrival.shape.door,
  source: z.enum(shape.sources),
  departmentId: z.string(),
  uploadedBy: z.string(),
  filmedBy: z.string().optional(),
  deviceId: z.string().optional(),
  deviceSerial: z.string().optional(),
  dockId: z.string().optional(),
  captured: shape.captured.optional(),
  place: z.string().optional(),
  carrier: shape.carrier.optional(),
  confidentiality: z.enum(shape.confidentialities),
  mark: z.enum(marks).optional(),
  /** Told only to who may read that record too. */
  duplicateOf: z.string().optional(),
  suspect: z.string().optional(),
  quarantineReason: shape.quarantineReason.optional(),
  findings: z.array(shape.finding),
  receivedAt: z.string(),
  sealedAt: z.string().optional(),
  sealedSeq: z.int().optional(),
  /** When and by which list (`disposal/<id>`) it was disposed of, and the digests of its original. */
  disposed: z.object({ at: z.string(), basis: z.string(), object: shape.objectRef.optional() }).optional(),
  object: shape.objectRef.optional(),
  /** When an authority gave the time of sealing; `selfIssued`: our own, which proves order and no independent time. */
  timestamp: shape.timestampRef.optional(),
  /** Of a document that came in signed: what was found at sealing; revocation is not asked. */
  documentSignatures: z.array(shape.documentSignature).optional(),
  /** What the file says of itself: duration, streams, position. */
  probe: z.json().optional(),
  links: z.array(link),
  subjectIds: z.array(z.string()),
  caseIds: z.array(z.string()),
  unclaimed: z.boolean(),
  externalIds: z.array(shape.externalId),
  /** Captured from, else received: by what time lines are ordered. */
  sortTime: z.string(),
});

export type RecordAnswer = z.input<typeof recordView>;

/** A record as this caller may see it. */
export async function recordAnswer(context: Context, record: RecordState): Promise<RecordAnswer> {
  const { duplicateOf, ...rest } = record;
  const answer = rest as RecordAnswer;
  if (duplicateOf === undefined) return answer;
  const { state } = await context.deps.ledger.load(recordKind, context.chain, duplicateOf);
  return state && (await mayRead(context, state)) ? { ...answer, duplicateOf } : answer;
}

/** How long it is kept; nothing of one that is disposed. */
export async function termAnswer({ deps, chain }: Context, record: RecordState) {
  if (record.state === 'disposed') return {};
  const [term] = await termsOf(deps, chain, [record]);
  return { term };
}
