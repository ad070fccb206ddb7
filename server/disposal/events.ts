import { z } from 'zod';
import { type EntryMeta, type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { sha256 } from '../records/shapes.ts';

/** Why an approved disposal did not come to a record: what the list says of it had changed by then. */
export const leftReasons = ['term-not-over', 'not-sealed', 'not-there'] as const;
export type LeftReason = (typeof leftReasons)[number];

/** Records in one list: its entry stays under 65,535 bytes. */
const RECORDS_PER_LIST = 200;

const reason = personal(z.string().max(2000));

/** What can have happened to a disposal list (销毁清册), which stays for ever: it names no fact of a person but those who signed for it. */
const disposalEvents = {
  'disposal.proposed': {
    v: 1,
    data: z.strictObject({
      /** Whose records they are, and whose approver answers. */
      departmentId: z.string(),
      basis: personal(z.string().max(2000)),
      records: z
        .array(
          z.strictObject({
            recordId: z.string(),
            /** Of the original. */
            sha256,
            size: z.int().nonnegative(),
            /** When its term was over, RFC 3339, UTC. */
            termEnded: z.string(),
          }),
        )
        .min(1)
        .max(RECORDS_PER_LIST),
      /** The version of the policy set that the terms came from. */
      policyVersion: z.int(),
    }),
  },
  'disposal.approved': { v: 1, data: z.strictObject({ reason }) },
  'disposal.refused': { v: 1, data: z.strictObject({ reason }) },
  /** Every record of it was disposed of, but for these. */
  'disposal.carried-out': {
    v: 1,
    data: z.strictObject({
      left: z.array(z.strictObject({ recordId: z.string(), why: z.enum(leftReasons) })).max(RECORDS_PER_LIST),
    }),
  },
} as const;

export type DisposalEvent = EventOf<typeof disposalEvents>;
type Proposed = Extract<DisposalEvent, { type: 'disposal.proposed' }>['data'];

export const disposalStates = ['proposed', 'approved', 'refused', 'carried-out'] as const;

export interface DisposalState extends Proposed {
  id: string;
  /** `approved` until every record of it was come to. */
  state: (typeof disposalStates)[number];
  recordIds: string[];
  proposedBy: string;
  proposedAt: string;
  answered?: { by: string; at: string; reason: string };
  carriedOut?: { at: string; left: { recordId: string; why: LeftReason }[] };
}

export const disposalKind: Kind<DisposalState, DisposalEvent> = {
  name: 'disposal',
  events: disposalEvents,
  words: {
    name: { zh: '销毁清册', en: 'disposal list' },
    events: {
      'disposal.proposed': { zh: '提请销毁', en: 'disposal proposed' },
      'disposal.approved': { zh: '批准销毁', en: 'disposal approved' },
      'disposal.refused': { zh: '不予销毁', en: 'disposal refused' },
      'disposal.carried-out': { zh: '销毁执行完毕', en: 'disposal carried out' },
    },
  },
  foldVersion: 1,
  indexes: ['state', 'departmentId', 'recordIds', 'proposedBy', 'proposedAt'],
  fold(state, event, meta) {
    if (event.type === 'disposal.proposed') return proposed(event.data, meta);
    return evolve(state as DisposalState, event, meta);
  },
};

function proposed(data: Proposed, { id, actor, time }: EntryMeta): DisposalState {
  const recordIds = data.records.map(({ recordId }) => recordId);
  return { ...data, id, state: 'proposed', recordIds, proposedBy: actor.id, proposedAt: time };
}

function evolve(
  state: DisposalState,
  event: Exclude<DisposalEvent, { type: 'disposal.proposed' }>,
  { actor, time: at }: EntryMeta,
): DisposalState {
  switch (event.type) {
    case 'disposal.approved':
      return { ...state, state: 'approved', answered: { by: actor.id, at, ...event.data } };
    case 'disposal.refused':
      return { ...state, state: 'refused', answered: { by: actor.id, at, ...event.data } };
    case 'disposal.carried-out':
      return { ...state, state: 'carried-out', carriedOut: { at, ...event.data } };
  }
}
