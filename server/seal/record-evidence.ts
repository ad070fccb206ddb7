import {
  certificatesKey,
  dockingKey,
  evidenceKey,
  manifestKey,
  originalKey,
  personalSignatureKey,
  signatureKey,
  sm2Key,
  timestampKey,
} from '../../storage/objects/layout.ts';
import type { RecordState } from '../records/events.ts';
import type { Remnant } from '../records/tombstone.ts';

/** An object of the evidence store that a record's entries name. */
export interface EvidenceObject {
  /** What it is, for findings. */
  what: string;
  key: string;
  /** Bytes. */
  size: number;
}

/**
 * The original of a record and every proof of it: what sealing made, and what came later. Of a disposed one the proofs that stay: its original
 * is what its object's stream says it is.
 */
export function evidenceOf(chain: string, record: RecordState): EvidenceObject[] {
  if (record.disposed) return record.disposed.keeps.map((left) => objectOf(chain, left));
  const { object, manifest, signature, timedSignature, timestamp, sm2, permits = [], confirmations = [] } = record;
  const found: EvidenceObject[] = [];
  type Ref = { sha256: string; size: number };
  const add = (what: string, keyOf: (chain: string, sha256: string) => string, ref: Ref | undefined) => {
    if (ref) found.push({ what, key: keyOf(chain, ref.sha256), size: ref.size });
  };
  add('original', originalKey, object);
  add('manifest', manifestKey, manifest);
  add('signature', signatureKey, signature);
  add('timed signature', signatureKey, timedSignature);
  add('time stamp', timestampKey, timestamp);
  add('SM2 signature', sm2Key, sm2);
  add('SM2 certificate', certificatesKey, sm2?.certificates);
  for (const permit of permits) add('erase permit', dockingKey, permit.signature);
  for (const confirmation of confirmations) add('personal signature', personalSignatureKey, confirmation.signature);
  return found;
}

/** What a disposed record named beside its original and does not keep: to be deleted as that is. */
export const evidenceToGo = (chain: string, { disposed }: RecordState): EvidenceObject[] =>
  (disposed?.goes ?? []).map((left) => objectOf(chain, left));

const objectOf = (agency: string, { what, area, sha256, size }: Remnant): EvidenceObject => ({
  what,
  key: evidenceKey({ area, agency, sha256 }),
  size,
});
