import { encodeErasePermit } from '../../signing/erase-permit.ts';
import type { Context } from '../http/context.ts';
import type { PolicyValue } from '../policy/policy-set.ts';
import type { RecordEvent, RecordState } from '../records/events.ts';
import { evidenceFor } from '../seal/keeping.ts';
import { signStamped } from '../seal/receipt.ts';
import { storeDocking } from '../seal/store-proofs.ts';
import { eraseFrom, type OnCard, termMs } from './permit-rules.ts';

export type HeldPermit = NonNullable<RecordState['permits']>[number];

/** A dock's permit for a file of this name that still holds and was not used; undefined when there is none. */
export const heldPermit = (record: RecordState, dockId: string, name: string, now: Date): HeldPermit | undefined =>
  record.permits?.findLast(
    (permit) =>
      permit.dockId === dockId && !permit.erased && permit.expiresAt > now.toISOString() && nameIn(permit) === name,
  );

const nameIn = ({ statement }: HeldPermit): string => (JSON.parse(statement) as OnCard).name;

/** Makes, signs and keeps the permit of a record that may be erased; it counts once the entry is in. */
export async function makePermit(
  context: Context,
  record: RecordState,
  { name, sha256, size }: OnCard,
): Promise<Extract<RecordEvent, { type: 'record.erase-permitted' }>> {
  const { deps, chain, signedIn } = context;
  const { now, newId, policy, signer } = deps;
  const permitId = newId();
  const issuedAt = now().toISOString();
  const term = policy['card.permit-term'] as PolicyValue & { unit: 'hours' };
  const expiresAt = new Date(Date.parse(issuedAt) + termMs(term)).toISOString();
  const bytes = encodeErasePermit({
    ...{ v: 1, kind: 'tiezheng.erase-permit', permit: permitId, agency: chain, record: record.id, dock: signedIn.id },
    ...(record.deviceSerial && { device: record.deviceSerial }),
    ...{ name, object: { sha256, size }, manifest: record.manifest?.sha256 ?? '' },
    ...{ issuedAt, eraseFrom: eraseFrom(record, policy).toISOString(), expiresAt, policy: policy.version },
  });
  const evidence = await evidenceFor(deps, chain, record);
  const signature = await storeDocking({ evidence }, chain, await signStamped(deps, signer, bytes));
  const statement = Buffer.from(bytes).toString('utf8');
  return {
    type: 'record.erase-permitted',
    data: { permitId, dockId: signedIn.id, statement, signature, issuedAt, expiresAt },
  };
}
