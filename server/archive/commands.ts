import { Fault, present } from '../errors.ts';
import type { RecordState } from '../records/events.ts';
import type { ExportEvent, ExportForm, ExportState } from './events.ts';

/** One entry covers the ranges that a person takes of one package in this time: a resumed download is one download. */
const FETCH_MS = 3_600_000;

/** Asks for a package. Throws NOT_SEALED, naming the records that are not ready, so that a file is never handed over in part. */
export function requestExport(
  state: ExportState | undefined,
  command: { caseId: string; form: ExportForm; reason?: string | undefined },
  records: readonly RecordState[],
): Extract<ExportEvent, { type: 'export.requested' }> {
  if (state) throw new Fault('CONFLICT');
  const waiting = unsealed(records);
  if (waiting.length > 0) {
    throw new Fault('NOT_SEALED', {
      errors: waiting.slice(0, 50).map(({ id, title }) => ({ pointer: '/params/id', detail: `${id} ${title}` })),
    });
  }
  const { caseId, form, reason } = command;
  return { type: 'export.requested', data: { caseId, ...(reason && { reason }), ...(form !== 'bag' && { form }) } };
}

export const unsealed = (records: readonly RecordState[]) => records.filter((record) => record.state === 'received');

/** Ends the packing of what is no longer wanted. Throws NOT_FOUND, EXPORT_SETTLED. */
export function cancelExport(
  known: ExportState | undefined,
  { reason }: { reason: string },
): Extract<ExportEvent, { type: 'export.cancelled' }> {
  const { state } = present(known);
  if (state !== 'queued') throw new Fault('EXPORT_SETTLED', { params: { state } });
  return { type: 'export.cancelled', data: { reason } };
}

/** Opens a package to a person. Throws EXPORT_NOT_READY, EXPORT_GONE. */
export function fetchExport(
  known: ExportState | undefined,
  fetch: { personId: string; address: string; now: Date },
): ExportEvent[] {
  const { state } = packed(known);
  const recent = lastFetch(state, fetch.personId);
  if (recent && fetch.now.getTime() - Date.parse(recent.at) < FETCH_MS) return [];
  return [{ type: 'export.fetched', data: { address: fetch.address } }];
}

/** An export whose package is there. Throws NOT_FOUND, EXPORT_NOT_READY, EXPORT_GONE. */
export function packed(known: ExportState | undefined) {
  const state = present(known);
  if (state.state === 'deleted') throw new Fault('EXPORT_GONE');
  if (state.state !== 'ready' || !state.package)
    throw new Fault('EXPORT_NOT_READY', { params: { state: state.state } });
  return { state, package: state.package };
}

/** The custody entry under which a person takes bytes now. */
export const lastFetch = (state: ExportState, personId: string) => state.fetches.findLast(({ by }) => by === personId);

/** Ends a package's time. Nothing happens to one that is not there. */
export function deletePackage(state: ExportState | undefined, days: number, now: Date): ExportEvent[] {
  if (state?.state !== 'ready' || !isOver(state, days, now)) return [];
  return [{ type: 'export.package-deleted', data: { days } }];
}

/** Whether a package has been kept for its `days`. */
export const isOver = (state: ExportState, days: number, now: Date) =>
  state.package !== undefined && now >= endOf(state.package, days);

/** Until when a package made at `at` (RFC 3339) is kept. */
export const endOf = ({ at }: { at: string }, days: number) => new Date(Date.parse(at) + days * 86_400_000);
