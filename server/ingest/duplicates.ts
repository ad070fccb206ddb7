import { reaches } from '../access/reaches.ts';
import type { Context } from '../http/context.ts';
import { findViews } from '../ledger/find-views.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import { recordBelongs } from '../records/reach.ts';
import type { Arrival } from './receive.ts';

/**
 * The record that already holds the same bytes from the same device (or the same dock and file name): it is the answer, and
 * nothing is stored again. Only its declared digest can tell before the bytes are there, and it is told only to who may read that record.
 */
export async function sameBytes(context: Context, arrival: Arrival): Promise<RecordState | undefined> {
  const digest = arrival.declared.sha256;
  if (!digest) return undefined;
  const { items: records } = await findViews(context.deps, recordKind, {
    chain: context.chain,
    filter: { 'object.sha256': digest, state: 'sealed' },
    limit: 50,
  });
  return records.find(
    (record) => record.size === arrival.size && sameDevice(record, arrival) && mayKnow(context, record),
  );
}

function sameDevice(record: RecordState, arrival: Arrival): boolean {
  if (arrival.deviceSerial) return record.deviceSerial === arrival.deviceSerial;
  return arrival.dockId !== undefined && record.dockId === arrival.dockId && record.name === arrival.name;
}

/** Who reads the record may be told of it; a dock knows what it brought itself. */
function mayKnow(context: Context, record: RecordState): boolean {
  const caller = context.signedIn;
  if (caller.kind === 'dock') return record.dockId === caller.id;
  return reaches(caller, 'record.read', recordBelongs(record));
}
