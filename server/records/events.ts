import { z } from 'zod';
import { type EntryMeta, type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { type PersonalSignature, personalSignature } from '../personal/signature.ts';
import { linkKeys } from './link-keys.ts';
import { recordWords } from './record-words.ts';
import * as shape from './shapes.ts';
import { type Disposed, tombstoneOf } from './tombstone.ts';

/** What can have happened to a record, from its arrival to its disposal. */
export const recordEvents = {
  'record.received': { v: 1, data: shape.arrival },
  'record.corrected': { v: 1, data: z.strictObject({ fields: shape.correctable, reason: personal(z.string()) }) },
  'record.sealed': { v: 1, data: shape.sealing },
  /** The probe that was unavailable at sealing; the signed manifest stays as it was. */
  'record.probed': { v: 1, data: z.strictObject({ probe: personal(z.json()) }) },
  /** The time that could not be had at sealing: the signature sealed, now with a stamp, and the `.tsr` over the manifest. */
  'record.timed': { v: 1, data: z.strictObject({ signature: shape.proofRef, timestamp: shape.timestampRef }) },
  'record.quarantined': {
    v: 1,
    data: z.strictObject({ reason: shape.quarantineReason, object: shape.objectRef, findings: z.array(shape.finding) }),
  },
  'record.linked': { v: 1, data: shape.link },
  'record.link-ended': { v: 1, data: z.strictObject({ linkId: z.string(), reason: personal(z.string()) }) },
  'record.external-id-set': { v: 1, data: shape.externalId },
  /** An officer stands for what is said of it by their own signature. */
  'record.confirmed': { v: 1, data: z.strictObject({ signature: personalSignature }) },
  'record.erase-permitted': { v: 1, data: shape.erasePermit },
  /** A dock says that it has taken the file off the card, by its own clock. */
  'record.card-erased': { v: 1, data: z.strictObject({ permitId: z.string(), at: shape.instant }) },
  /** `basis`: the list that allowed it, `disposal/<id>`, where who, when and why stand. */
  'record.disposed': { v: 1, data: z.strictObject({ basis: z.string() }), disposes: true },
} as const;

export type RecordEvent = EventOf<typeof recordEvents>;

export interface RecordLink extends z.output<typeof shape.link> {
  by: string;
  at: string;
  ended?: { by: string; at: string; reason: string };
}

type Arrival = z.output<typeof shape.arrival>;

/** A record as it stands: what arrived, what sealing found, and what it is linked to. */
export interface RecordState extends Omit<Arrival, 'findings'> {
  id: string;
  state: 'received' | 'sealed' | 'quarantined' | 'disposed';
  receivedAt: string;
  sealedAt?: string;
  /** Seq of the entry that sealed it. */
  sealedSeq?: number;
  quarantineReason?: z.output<typeof shape.quarantineReason>;
  object?: z.output<typeof shape.objectRef>;
  manifest?: z.output<typeof shape.proofRef>;
  signature?: z.output<typeof shape.proofRef>;
  /** The same signature with the time that came later. */
  timedSignature?: z.output<typeof shape.proofRef>;
  timestamp?: z.output<typeof shape.timestampRef>;
  sm2?: z.output<typeof shape.sm2Ref>;
  /** `missing` until an authority gives the time. */
  timeStatus?: 'done' | 'missing';
  documentSignatures?: z.output<typeof shape.documentSignature>[];
  probe?: unknown;
  /** `unavailable` until a program that can probe is there. */
  probeStatus?: 'done' | 'unavailable';
  duplicateOf?: string;
  findings: z.output<typeof shape.finding>[];
  links: RecordLink[];
  /** Ids of what it is linked to now, for queries. */
  subjectIds: string[];
  caseIds: string[];
  /** What its current links say, for queries; see link-keys.ts. */
  linkKeys: string[];
  /** Nothing claims it yet: it lies in the department's inbox. */
  unclaimed: boolean;
  externalIds: z.output<typeof shape.externalId>[];
  /** Each of the version that its statement names. */
  confirmations?: (PersonalSignature & { by: string; at: string })[];
  /** For taking it off a card, in the order in which they were given. */
  permits?: (z.output<typeof shape.erasePermit> & { erased?: { at: string; reportedAt: string } })[];
  /** There when it was lawfully disposed of: all that is left to know. */
  disposed?: Disposed;
  /** Who last corrected a field. */
  correctedBy?: Record<string, string>;
  /** Captured from, else received, as UTC with milliseconds: the order of time lines. */
  sortTime: string;
  /** What full-text search reads: title and file name. */
  search: string;
}

export const recordKind: Kind<RecordState, RecordEvent> = {
  name: 'record',
  events: recordEvents,
  words: { name: { zh: '记录', en: 'record' }, events: recordWords },
  foldVersion: 4,
  indexes: [
    'state',
    'kind',
    'departmentId',
    'filmedBy',
    'uploadedBy',
    'deviceId',
    'source',
    'unclaimed',
    'probeStatus',
    'timeStatus',
    'subjectIds',
    'caseIds',
    'linkKeys',
    'object.sha256',
    'sortTime',
    'receivedAt',
  ],
  text: 'search',
  claims: (event) =>
    event.type === 'record.external-id-set' ? { take: [externalRecord(event.data.system, event.data.id)] } : {},
  fold(state, event, meta) {
    const next = evolve(state as RecordState, event, meta);
    return { ...next, ...derived(next) };
  },
  tombstone: tombstoneOf,
};

export const externalRecord = (system: string, id: string) => ({
  name: 'external-record',
  value: JSON.stringify([system, id]),
});

function evolve(state: RecordState, event: RecordEvent, meta: EntryMeta): RecordState {
  switch (event.type) {
    case 'record.received':
      return {
        ...event.data,
        id: meta.id,
        state: 'received',
        receivedAt: meta.time,
        links: [],
        externalIds: [],
        ...{ subjectIds: [], caseIds: [], linkKeys: [], unclaimed: true, sortTime: '', search: '' },
      };
    case 'record.corrected': {
      const { fields } = event.data;
      const by = Object.fromEntries(Object.keys(fields).map((field) => [field, meta.actor.id]));
      return { ...state, ...fields, correctedBy: { ...state.correctedBy, ...by } };
    }
    case 'record.sealed': {
      const { findings, captured, ...rest } = event.data;
      const time = state.captured ? {} : captured && { captured };
      return {
        ...state,
        ...rest,
        ...time,
        state: 'sealed',
        probeStatus: probeStatusOf(findings),
        timeStatus: event.data.timestamp ? 'done' : 'missing',
        sealedAt: meta.time,
        sealedSeq: meta.seq,
        findings: [...state.findings, ...findings],
      };
    }
    case 'record.probed':
      return {
        ...state,
        probe: event.data.probe,
        probeStatus: 'done',
        findings: state.findings.filter(({ code }) => code !== 'probe-unavailable'),
      };
    case 'record.timed':
      return {
        ...state,
        timedSignature: event.data.signature,
        timestamp: event.data.timestamp,
        timeStatus: 'done',
        findings: state.findings.filter(({ code }) => code !== 'time-unavailable'),
      };
    case 'record.quarantined': {
      const { reason, object, findings } = event.data;
      return {
        ...state,
        state: 'quarantined',
        quarantineReason: reason,
        object,
        findings: [...state.findings, ...findings],
      };
    }
    case 'record.linked':
      return { ...state, links: [...state.links, { ...event.data, by: meta.actor.id, at: meta.time }] };
    case 'record.link-ended': {
      const { linkId, reason } = event.data;
      const ended = { by: meta.actor.id, at: meta.time, reason };
      return { ...state, links: state.links.map((link) => (link.linkId === linkId ? { ...link, ended } : link)) };
    }
    case 'record.external-id-set':
      return { ...state, externalIds: [...state.externalIds, event.data] };
    case 'record.confirmed': {
      const confirmed = { ...event.data.signature, by: meta.actor.id, at: meta.time };
      return { ...state, confirmations: [...(state.confirmations ?? []), confirmed] };
    }
    case 'record.erase-permitted':
      return { ...state, permits: [...(state.permits ?? []), event.data] };
    case 'record.card-erased': {
      const { permitId, at } = event.data;
      const erased = { at, reportedAt: meta.time };
      const permits = state.permits ?? [];
      return { ...state, permits: permits.map((each) => (each.permitId === permitId ? { ...each, erased } : each)) };
    }
    case 'record.disposed':
      return state;
  }
}

const probeStatusOf = (findings: { code: string }[]) =>
  findings.some(({ code }) => code === 'probe-unavailable') ? ('unavailable' as const) : ('done' as const);

function derived(record: RecordState) {
  const current = record.links.filter((link) => !link.ended);
  const unique = (ids: (string | undefined)[]) => [...new Set(ids.filter((id) => id !== undefined))];
  return {
    subjectIds: unique(current.map((link) => link.subjectId)),
    caseIds: unique(current.map((link) => link.caseId)),
    unclaimed: current.length === 0,
    linkKeys: linkKeys(current),
    sortTime: new Date(record.captured?.from ?? record.receivedAt).toISOString(),
    search: [record.title, record.name].join('\n'),
  };
}
