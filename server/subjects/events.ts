import { z } from 'zod';
import { type EntryMeta, type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { externalId } from '../records/shapes.ts';
import { idTypes } from './id-numbers.ts';

export const subjectTypes = ['person', 'organisation', 'unknown'] as const;

/** A number in its normal form. One that fails its check is kept only with a reason, and says so. */
export const identity = z.strictObject({
  type: z.enum(idTypes),
  number: personal(z.string().min(1).max(64)),
  fault: z.string().max(60).optional(),
  reason: personal(z.string().max(500)).optional(),
});

const name = personal(z.string().max(200));
const contact = (max: number) => personal(z.string().max(max));

/** What can have happened to an enforcement subject (执法对象). */
export const subjectEvents = {
  'subject.registered': {
    v: 1,
    data: z.strictObject({
      type: z.enum(subjectTypes),
      name,
      identity: identity.optional(),
      phone: contact(40).optional(),
      address: contact(500).optional(),
      email: contact(254).optional(),
      minor: z.boolean(),
      provisional: z.boolean(),
    }),
  },
  'subject.corrected': {
    v: 1,
    data: z.strictObject({
      /** Only what changes; null takes away. */
      fields: z.strictObject({
        type: z.enum(subjectTypes).optional(),
        name: name.optional(),
        identity: identity.nullable().optional(),
        phone: contact(40).nullable().optional(),
        address: contact(500).nullable().optional(),
        email: contact(254).nullable().optional(),
        minor: z.boolean().optional(),
        provisional: z.boolean().optional(),
      }),
      reason: personal(z.string().max(500)),
    }),
  },
  /** Someone read in clear what answers show masked. */
  'subject.revealed': {
    v: 1,
    data: z.strictObject({ fields: z.array(z.string()).min(1), reason: personal(z.string().max(500)) }),
  },
  'subject.external-id-set': { v: 1, data: externalId },
} as const;

export type SubjectEvent = EventOf<typeof subjectEvents>;
export type Identity = z.output<typeof identity>;
export type SubjectCorrection = Extract<SubjectEvent, { type: 'subject.corrected' }>['data']['fields'];

export interface SubjectState {
  id: string;
  type: (typeof subjectTypes)[number];
  /** Empty while nobody knows it. */
  name: string;
  identity?: Identity;
  phone?: string;
  address?: string;
  email?: string;
  minor: boolean;
  /** Not verified: who it is may still turn out otherwise. */
  provisional: boolean;
  externalIds: z.output<typeof externalId>[];
  registeredAt: string;
  registeredBy: string;
  /** What full-text search reads: the name only, never a number. */
  search: string;
}

export const subjectKind: Kind<SubjectState, SubjectEvent> = {
  name: 'subject',
  events: subjectEvents,
  words: {
    name: { zh: '执法对象', en: 'enforcement subject' },
    events: {
      'subject.registered': { zh: '登记执法对象', en: 'subject registered' },
      'subject.corrected': { zh: '更正执法对象', en: 'subject corrected' },
      'subject.revealed': { zh: '查看未掩码信息', en: 'shown unmasked' },
      'subject.external-id-set': { zh: '登记外部编号', en: 'external id set' },
    },
  },
  foldVersion: 1,
  indexes: ['type', 'minor', 'provisional', 'registeredAt'],
  text: 'search',
  claims(event, before) {
    switch (event.type) {
      case 'subject.registered':
        return event.data.identity ? { take: [identityClaim(event.data.identity)] } : {};
      case 'subject.corrected':
        return movedIdentity(before?.identity, event.data.fields.identity);
      case 'subject.external-id-set':
        return { take: [externalSubject(event.data.system, event.data.id)] };
      default:
        return {};
    }
  },
  fold(state, event, meta) {
    const next = evolve(state as SubjectState, event, meta);
    return { ...next, search: next.name };
  },
};

/** The same number finds the same subject. */
export const identityClaim = ({ type, number }: Pick<Identity, 'type' | 'number'>) => ({
  name: 'subject-id-number',
  value: `${type}|${number}`,
});

export const externalSubject = (system: string, id: string) => ({
  name: 'external-subject',
  value: JSON.stringify([system, id]),
});

function movedIdentity(before: Identity | undefined, after: Identity | null | undefined) {
  if (after === undefined) return {};
  if (before && after && identityClaim(before).value === identityClaim(after).value) return {};
  return { ...(before && { release: [identityClaim(before)] }), ...(after && { take: [identityClaim(after)] }) };
}

function evolve(state: SubjectState, event: SubjectEvent, { id, time, actor }: EntryMeta): SubjectState {
  switch (event.type) {
    case 'subject.registered':
      return { ...event.data, id, externalIds: [], registeredAt: time, registeredBy: actor.id, search: '' };
    case 'subject.corrected': {
      const merged = Object.entries({ ...state, ...event.data.fields }).filter(([, value]) => value !== null);
      return Object.fromEntries(merged) as unknown as SubjectState;
    }
    case 'subject.revealed':
      return state;
    case 'subject.external-id-set':
      return { ...state, externalIds: [...state.externalIds, event.data] };
  }
}
