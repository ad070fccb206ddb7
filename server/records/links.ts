import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { reaches } from '../access/reaches.ts';
import { type CaseState, caseKind } from '../cases/events.ts';
import { Fault, invalid } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { Reader } from '../ledger/ledger.ts';
import { isStageOf } from '../policy/case-kinds.ts';
import { subjectKind } from '../subjects/events.ts';
import { type RecordEvent, type RecordLink, type RecordState, recordKind } from './events.ts';
import { reachesCase, recordBelongs } from './reach.ts';
import type { link } from './shapes.ts';

type Link = z.output<typeof link>;
export type Wanted = Omit<Link, 'linkId'>;

/** The current link that already says the same, if there is one. */
const sameLink = (record: RecordState, wanted: Wanted): RecordLink | undefined =>
  record.links.find(({ linkId: _, by: __, at: ___, ended, ...said }) => !ended && isDeepStrictEqual(said, wanted));

/**
 * Decides one link. Throws NOT_FOUND, FORBIDDEN, STATE_NOT_ALLOWED, UNKNOWN_REFERENCE, VALIDATION (pointers under `/`).
 * The case is read with the decision, so it cannot close in between.
 */
async function linkRecord(
  context: Context,
  record: RecordState | undefined,
  wanted: Wanted,
  linkId: string,
  read: Reader,
): Promise<RecordEvent[]> {
  if (!record) throw new Fault('NOT_FOUND');
  if (!reaches(context.signedIn, 'record.link', recordBelongs(record))) throw new Fault('FORBIDDEN');
  if (record.state === 'disposed') throw new Fault('STATE_NOT_ALLOWED', { params: { state: record.state } });
  const { subjectId, caseId, stage, range } = wanted;
  if (subjectId && !(await context.deps.ledger.load(subjectKind, context.chain, subjectId)).state) {
    throw new Fault('UNKNOWN_REFERENCE', { params: { what: `subjectId ${subjectId}` } });
  }
  if (caseId) checkCase(context, await read(caseKind, caseId), caseId, stage);
  if (range) checkRange(record, range);
  if (sameLink(record, wanted)) return [];
  return [{ type: 'record.linked', data: { linkId, ...wanted } }];
}

function checkCase(context: Context, file: CaseState | undefined, caseId: string, stage: string | undefined): void {
  if (!file) throw new Fault('UNKNOWN_REFERENCE', { params: { what: `caseId ${caseId}` } });
  if (!reachesCase(context, 'case.read', file)) throw new Fault('FORBIDDEN');
  if (file.state !== 'open') throw new Fault('STATE_NOT_ALLOWED', { params: { state: file.state } });
  if (stage && !isStageOf(file.kind, stage))
    throw invalid('/stage', 'not a stage of a case of kind {kind}', { kind: file.kind });
}

function checkRange(record: RecordState, { toMs }: NonNullable<Wanted['range']>): void {
  if (record.kind === 'text' || record.kind === 'image')
    throw invalid('/range', 'a record of kind {kind} has no duration', { kind: record.kind });
  const durationMs = durationOf(record);
  if (durationMs !== undefined && toMs > durationMs)
    throw invalid('/range/toMs', 'the record ends at {ms} ms', { ms: durationMs });
}

/** Milliseconds, once the file was probed and told it. */
function durationOf({ probe }: RecordState): number | undefined {
  const { durationMs } = (probe ?? {}) as { durationMs?: unknown };
  return typeof durationMs === 'number' ? durationMs : undefined;
}

/**
 * Decides the end of a link; the link stays readable with its reason. Who may link the record may, and so may who keeps the case.
 * Throws NOT_FOUND, FORBIDDEN, STATE_NOT_ALLOWED (it ended before; its case is closed).
 */
export async function endLink(
  context: Context,
  record: RecordState | undefined,
  linkId: string,
  reason: string,
  read: Reader,
): Promise<RecordEvent[]> {
  const link = record?.links.find((one) => one.linkId === linkId);
  if (!record || !link) throw new Fault('NOT_FOUND');
  const file = link.caseId ? await read(caseKind, link.caseId) : undefined;
  const allowed =
    reaches(context.signedIn, 'record.link', recordBelongs(record)) ||
    (file && reachesCase(context, 'case.write', file));
  if (!allowed) throw new Fault('FORBIDDEN');
  if (link.ended) throw new Fault('STATE_NOT_ALLOWED', { params: { state: 'ended' } });
  if (file && file.state !== 'open') throw new Fault('STATE_NOT_ALLOWED', { params: { state: file.state } });
  return [{ type: 'record.link-ended', data: { linkId, reason } }];
}

/** Links one record as one entry. `linkId` is of the link that says it now, made by this call or before. */
export async function linkOne(
  context: Context,
  recordId: string,
  wanted: Wanted,
): Promise<{ linkId: string; existed: boolean }> {
  const linkId = context.deps.newId();
  const done = await context.execute(recordKind, recordId, (record, read) =>
    linkRecord(context, record, wanted, linkId, read),
  );
  // A repeated request: its entry made the last link of the state as of then.
  if (done.repeated) return { linkId: done.state.links.at(-1)!.linkId, existed: false };
  if (done.seq >= 0) return { linkId, existed: false };
  return { linkId: sameLink(done.state, wanted)!.linkId, existed: true };
}
