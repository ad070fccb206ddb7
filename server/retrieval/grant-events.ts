import { z } from 'zod';
import { type EntryMeta, type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { type PersonalSignature, personalSignature } from '../personal/signature.ts';

export const grantReasons = [
  'case',
  'complaint',
  'supervision',
  'reconsideration',
  'lawsuit',
  'unlinked-record',
] as const;
/** Rules under which nobody needs to be asked; see rules.ts. */
export const grantRules = ['filming-officer', 'case-team'] as const;

const reason = personal(z.string().max(2000));
const seconds = z.int().positive();
const viewings = z.int().positive();

/** What can have happened to a request for retrieval and the grant that it became. */
export const grantEvents = {
  'grant.requested': {
    v: 1,
    data: z.strictObject({
      reason: z.enum(grantReasons),
      text: personal(z.string().max(2000)),
      caseId: z.string().optional(),
      /** Each record with its collecting department as of then: whose approver answers. */
      records: z
        .array(z.strictObject({ recordId: z.string(), departmentId: z.string() }))
        .min(1)
        .max(200),
      seconds,
      viewings,
    }),
  },
  'grant.approved': {
    v: 1,
    data: z.strictObject({
      by: z.enum(['person', 'policy']),
      rule: z.enum(grantRules).optional(),
      reason,
      /** The version of the policy set that the limits came from. */
      policyVersion: z.int(),
      /** RFC 3339, UTC: from this instant on nothing is shown under it. */
      expiresAt: z.string(),
      seconds,
      viewings,
      recordIds: z.array(z.string()).min(1).max(200),
      /** The approver's own, over the answer. */
      signature: personalSignature.optional(),
    }),
  },
  'grant.refused': { v: 1, data: z.strictObject({ reason, signature: personalSignature.optional() }) },
  'grant.viewing-counted': { v: 1, data: z.strictObject({ viewingId: z.string() }) },
  'grant.revoked': { v: 1, data: z.strictObject({ by: z.enum(['person', 'suspension', 'policy']), reason }) },
} as const;

export type GrantEvent = EventOf<typeof grantEvents>;

interface Answered {
  by: string;
  at: string;
  reason: string;
  signature?: PersonalSignature;
}

/** A request and, once approved, the grant: who, why, which records, until when, how often. */
export interface GrantState {
  id: string;
  /** Expiry and use are not states of the stream: they follow from the clock and the count; see standing(). */
  state: 'requested' | 'approved' | 'refused' | 'revoked';
  /** Who asked, and the only one who may watch under it. */
  personId: string;
  requestedAt: string;
  reason: (typeof grantReasons)[number];
  text: string;
  caseId?: string;
  records: { recordId: string; departmentId: string }[];
  departments: string[];
  /** What was asked for, then what was approved. */
  recordIds: string[];
  seconds: number;
  viewings: number;
  /** Viewings that were counted, in their order. */
  viewingIds: string[];
  usedUp: boolean;
  approvedBy?: 'person' | 'policy';
  rule?: (typeof grantRules)[number];
  answered?: Answered;
  expiresAt?: string;
  revoked?: Answered & { cause: 'person' | 'suspension' | 'policy' };
}

export const grantKind: Kind<GrantState, GrantEvent> = {
  name: 'grant',
  events: grantEvents,
  words: {
    name: { zh: '调阅授权', en: 'retrieval grant' },
    events: {
      'grant.requested': { zh: '申请调阅', en: 'retrieval requested' },
      'grant.approved': { zh: '批准调阅', en: 'retrieval approved' },
      'grant.refused': { zh: '不予批准', en: 'retrieval refused' },
      'grant.viewing-counted': { zh: '计入一次调阅', en: 'a viewing counted' },
      'grant.revoked': { zh: '收回授权', en: 'grant revoked' },
    },
  },
  foldVersion: 1,
  indexes: ['state', 'personId', 'requestedAt', 'departments', 'recordIds', 'caseId', 'usedUp', 'expiresAt'],
  fold(state, event, meta) {
    if (event.type === 'grant.requested') return requested(event.data, meta);
    return evolve(state as GrantState, event, meta);
  },
};

function requested(
  data: Extract<GrantEvent, { type: 'grant.requested' }>['data'],
  { id, actor, time }: EntryMeta,
): GrantState {
  return {
    ...data,
    id,
    state: 'requested',
    personId: actor.id,
    requestedAt: time,
    departments: [...new Set(data.records.map((record) => record.departmentId))],
    recordIds: data.records.map((record) => record.recordId),
    viewingIds: [],
    usedUp: false,
  };
}

function evolve(
  state: GrantState,
  event: Exclude<GrantEvent, { type: 'grant.requested' }>,
  meta: EntryMeta,
): GrantState {
  const { actor, time: at } = meta;
  switch (event.type) {
    case 'grant.approved': {
      const { by: approvedBy, rule, reason, expiresAt, seconds, viewings, recordIds, signature } = event.data;
      const by = approvedBy === 'person' ? actor.id : 'policy';
      return {
        ...state,
        ...{ state: 'approved', approvedBy, expiresAt, seconds, viewings, recordIds },
        ...(rule && { rule }),
        answered: { by, at, reason, ...(signature && { signature }) },
      };
    }
    case 'grant.refused':
      return { ...state, state: 'refused', answered: { by: actor.id, at, ...event.data } };
    case 'grant.viewing-counted': {
      const viewingIds = [...state.viewingIds, event.data.viewingId];
      return { ...state, viewingIds, usedUp: viewingIds.length >= state.viewings };
    }
    case 'grant.revoked': {
      const { by: cause, reason } = event.data;
      return { ...state, state: 'revoked', revoked: { by: actor.id, at, reason, cause } };
    }
  }
}
