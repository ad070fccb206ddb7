import { caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';
import { doubtfulFindings, originalCarriers } from '../policy/original-carriers.ts';
import type { PolicySet, PolicyValue } from '../policy/policy-set.ts';
import type { RecordState } from '../records/events.ts';

/** The file on a card, as the dock has just read it. */
export interface OnCard {
  name: string;
  sha256: string;
  size: number;
}

/**
 * Whether what is known of a record lets its file be taken off a card. That its entry is published and its receipt holds is asked elsewhere.
 * Throws NOT_SEALED, RECORD_DISPOSED, RECORD_QUARANTINED, CARD_DOUBTFUL, CARD_IS_ORIGINAL, CARD_OTHER_FILE, CARD_TOO_SOON.
 */
export async function demandErasable(
  { ledger, now, policy }: Pick<Deps, 'ledger' | 'now' | 'policy'>,
  chain: string,
  record: RecordState,
  { sha256, size }: OnCard,
): Promise<void> {
  if (record.state === 'quarantined')
    throw new Fault('RECORD_QUARANTINED', { params: { reason: record.quarantineReason ?? '' } });
  if (record.state === 'disposed') throw new Fault('RECORD_DISPOSED');
  if (record.state !== 'sealed' || !record.object) throw new Fault('NOT_SEALED');
  const what = await whyKept({ ledger }, chain, record);
  if (what) throw new Fault('CARD_IS_ORIGINAL', { params: { what, citation: originalCarriers.citation } });
  const { object } = record;
  if (object.sha256 !== sha256 || object.size !== size)
    throw new Fault('CARD_OTHER_FILE', { params: { sha256: object.sha256, size: object.size } });
  const finding = record.findings.find(({ code }) => doubtfulFindings.includes(code));
  if (finding) throw new Fault('CARD_DOUBTFUL', { params: { finding: finding.code } });
  const from = eraseFrom(record, policy);
  if (now() < from) throw new Fault('CARD_TOO_SOON', { params: { from: from.toISOString() } });
}

/** The mark, kind or stage for which the card is the original carrier; undefined when it need not be kept. */
async function whyKept({ ledger }: Pick<Deps, 'ledger'>, chain: string, record: RecordState) {
  const { marks, caseKinds, stages } = originalCarriers;
  if (record.mark && marks.includes(record.mark)) return record.mark;
  for (const { ended, stage, caseId } of record.links) {
    if (ended) continue;
    if (stage && stages.includes(stage)) return stage;
    const file = caseId ? (await ledger.load(caseKind, chain, caseId)).state : undefined;
    if (file && caseKinds.includes(file.kind)) return file.kind;
  }
  return undefined;
}

const MS = { hours: 3_600_000, days: 86_400_000 } as const;

/** A term of the policy set in ms. */
export const termMs = ({ value, unit }: PolicyValue & { unit: keyof typeof MS }): number => value * MS[unit];

/** When a sealed record's file may first be taken off its card. */
export const eraseFrom = ({ sealedAt = '' }: RecordState, policy: PolicySet): Date =>
  new Date(Date.parse(sealedAt) + termMs(policy['card.erase-wait'] as PolicyValue & { unit: 'days' }));
