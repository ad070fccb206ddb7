import { z } from 'zod';
import { instantKept } from '../access/periods.ts';
import { type EntryMeta, type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { caseKinds, stages } from '../policy/case-kinds.ts';
import { type RetentionPeriod, retentionPeriods } from '../policy/retention.ts';
import { externalId } from '../records/shapes.ts';
import { type CaseDeadline, deadlineEvents, foldDeadlines, nextDue } from './deadline-events.ts';

/** As what a subject is in a case. Who must not be named (a reporter, a protected witness) is never entered here. */
export const subjectRoles = ['party', 'third-party', 'agent', 'witness', 'other'] as const;
export const teamRoles = ['lead', 'member', 'recorder', 'auxiliary'] as const;

const cause = personal(z.string().min(1).max(500));
const reason = personal(z.string().max(500));

/** What can have happened to a case. */
export const caseEvents = {
  'case.opened': {
    v: 1,
    data: z.strictObject({ kind: z.enum(caseKinds), cause, departmentId: z.string(), stage: z.enum(stages) }),
  },
  'case.corrected': {
    v: 1,
    data: z.strictObject({
      fields: z.strictObject({ cause: cause.optional(), departmentId: z.string().optional() }),
      reason,
    }),
  },
  /** 案号: unique in the agency, given now or anew. */
  'case.numbered': { v: 1, data: z.strictObject({ caseNo: z.string().min(1).max(100) }) },
  'case.stage-entered': {
    v: 1,
    data: z.strictObject({ stage: z.enum(stages), note: personal(z.string().max(1000)).optional() }),
  },
  'case.subject-added': {
    v: 1,
    data: z.strictObject({ id: z.string(), subjectId: z.string(), role: z.enum(subjectRoles) }),
  },
  'case.subject-removed': { v: 1, data: z.strictObject({ id: z.string(), reason }) },
  'case.team-joined': {
    v: 1,
    data: z.strictObject({
      id: z.string(),
      personId: z.string(),
      role: z.enum(teamRoles),
      from: instantKept,
      to: instantKept.optional(),
    }),
  },
  'case.team-left': { v: 1, data: z.strictObject({ id: z.string(), to: instantKept }) },
  'case.closed': { v: 1, data: z.strictObject({}) },
  /** 鉴定: how long its file is kept, now or anew. */
  'case.retention-set': { v: 1, data: z.strictObject({ period: z.enum(retentionPeriods), reason }) },
  'case.external-id-set': { v: 1, data: externalId },
  ...deadlineEvents,
} as const;

export type CaseEvent = EventOf<typeof caseEvents>;
type Data<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>['data'];

export interface CaseSubject extends Data<'case.subject-added'> {
  at: string;
  ended?: { by: string; at: string; reason: string };
}

/** On the team from `from` until just before `to`, RFC 3339, UTC. */
export type TeamMember = Data<'case.team-joined'>;

export interface CaseState {
  id: string;
  state: 'open' | 'closed';
  kind: (typeof caseKinds)[number];
  cause: string;
  caseNo?: string;
  departmentId: string;
  stage: (typeof stages)[number];
  /** Every stage it entered, in order. */
  stages: { stage: (typeof stages)[number]; at: string; by: string; note?: string }[];
  subjects: CaseSubject[];
  /** Subjects that are in it now. */
  subjectIds: string[];
  team: TeamMember[];
  openedAt: string;
  openedBy: string;
  closedAt?: string;
  /** When it first entered ARCHIVE: from then on its evidence is kept by locks that nobody can lift. */
  archivedAt?: string;
  /** As it was last appraised; until then the policy set says it (policy/retention.ts). */
  retention?: { period: RetentionPeriod; reason: string; by: string; at: string };
  externalIds: z.output<typeof externalId>[];
  /** Every deadline it had, in the order in which they began. */
  deadlines: CaseDeadline[];
  /** The earliest day by which something is due, YYYY-MM-DD. */
  nextDue: string | null;
  /** What full-text search reads: number and cause. */
  search: string;
}

export const caseKind: Kind<CaseState, CaseEvent> = {
  name: 'case',
  events: caseEvents,
  words: {
    name: { zh: '案件', en: 'case' },
    events: {
      'case.opened': { zh: '立案登记', en: 'case opened' },
      'case.corrected': { zh: '更正案件', en: 'case corrected' },
      'case.numbered': { zh: '编定案号', en: 'case numbered' },
      'case.stage-entered': { zh: '进入阶段', en: 'stage entered' },
      'case.subject-added': { zh: '加入执法对象', en: 'subject added' },
      'case.subject-removed': { zh: '移除执法对象', en: 'subject removed' },
      'case.team-joined': { zh: '加入办案组', en: 'joined the team' },
      'case.team-left': { zh: '离开办案组', en: 'left the team' },
      'case.closed': { zh: '结案', en: 'case closed' },
      'case.retention-set': { zh: '确定保管期限', en: 'retention period set' },
      'case.external-id-set': { zh: '登记外部编号', en: 'external id set' },
      'case.deadline-set': { zh: '期限起算', en: 'deadline begun' },
      'case.deadline-recounted': { zh: '按放假安排重算期限', en: 'deadline counted anew' },
      'case.deadline-extended': { zh: '延长期限', en: 'deadline extended' },
      'case.deadline-ended': { zh: '期限终止', en: 'deadline ended' },
    },
  },
  foldVersion: 3,
  indexes: [
    'state',
    'kind',
    'stage',
    'departmentId',
    'subjectIds',
    'team.personId',
    'openedAt',
    'archivedAt',
    'nextDue',
  ],
  text: 'search',
  claims(event, before) {
    if (event.type === 'case.external-id-set') return { take: [externalCase(event.data.system, event.data.id)] };
    if (event.type !== 'case.numbered') return {};
    const take = caseNumberClaim(event.data.caseNo);
    const old = before?.caseNo === undefined ? undefined : caseNumberClaim(before.caseNo);
    if (old?.value === take.value) return {};
    return { take: [take], ...(old && { release: [old] }) };
  },
  fold(state, event, meta) {
    const next = evolve(state as CaseState, event, meta);
    const subjectIds = next.subjects.filter(({ ended }) => !ended).map(({ subjectId }) => subjectId);
    return {
      ...next,
      subjectIds: [...new Set(subjectIds)],
      nextDue: nextDue(next.deadlines),
      search: [next.caseNo ?? '', next.cause].join('\n'),
    };
  },
};

/** A case number in whatever brackets, width and case it is typed: 〔2026〕, [2026] and （2026） are one. */
export function caseNumberClaim(caseNo: string) {
  const value = caseNo.normalize('NFKC').toUpperCase().replace(/\s+/gu, '');
  return { name: 'case-number', value: value.replace(/[[(【〔{]/g, '〔').replace(/[\])】〕}]/g, '〕') };
}

export const externalCase = (system: string, id: string) => ({
  name: 'external-case',
  value: JSON.stringify([system, id]),
});

function evolve(state: CaseState, event: CaseEvent, meta: EntryMeta): CaseState {
  const { time: at, actor } = meta;
  switch (event.type) {
    case 'case.opened':
      return {
        ...event.data,
        id: meta.id,
        state: 'open',
        stages: [{ stage: event.data.stage, at, by: actor.id }],
        ...{ subjects: [], subjectIds: [], team: [], externalIds: [], deadlines: [], nextDue: null, search: '' },
        openedAt: at,
        openedBy: actor.id,
      };
    case 'case.corrected':
      return { ...state, ...event.data.fields };
    case 'case.numbered':
      return { ...state, caseNo: event.data.caseNo };
    case 'case.stage-entered': {
      const { stage } = event.data;
      const archived = stage === 'ARCHIVE' && !state.archivedAt && { archivedAt: at };
      return { ...state, ...archived, stage, stages: [...state.stages, { ...event.data, at, by: actor.id }] };
    }
    case 'case.subject-added':
      return { ...state, subjects: [...state.subjects, { ...event.data, at }] };
    case 'case.subject-removed': {
      const ended = { by: actor.id, at, reason: event.data.reason };
      const end = (subject: CaseSubject) => (subject.id === event.data.id ? { ...subject, ended } : subject);
      return { ...state, subjects: state.subjects.map(end) };
    }
    case 'case.team-joined':
      return { ...state, team: [...state.team, event.data] };
    case 'case.team-left': {
      const { id, to } = event.data;
      return { ...state, team: state.team.map((member) => (member.id === id ? { ...member, to } : member)) };
    }
    case 'case.closed':
      return { ...state, state: 'closed', closedAt: at };
    case 'case.retention-set':
      return { ...state, retention: { ...event.data, by: actor.id, at } };
    case 'case.external-id-set':
      return { ...state, externalIds: [...state.externalIds, event.data] };
    case 'case.deadline-set':
    case 'case.deadline-recounted':
    case 'case.deadline-extended':
    case 'case.deadline-ended':
      return { ...state, deadlines: foldDeadlines(state.deadlines, event, meta) };
  }
}
