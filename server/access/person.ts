import { z } from 'zod';
import { type Claim, type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { type Role, roles } from './matrix.ts';
import { instantKept } from './periods.ts';

const reason = personal(z.string());

/** What can have happened to a person as a member of the agency; passwords and signing in are in account.ts. */
export const personEvents = {
  'person.registered': {
    v: 1,
    data: z.strictObject({
      name: personal(z.string()),
      username: personal(z.string()),
      /** 执法证号 */
      certificateNo: personal(z.string()).optional(),
    }),
  },
  'person.corrected': {
    v: 1,
    data: z.strictObject({
      name: personal(z.string()).optional(),
      username: personal(z.string()).optional(),
      /** null takes it away. */
      certificateNo: personal(z.string()).nullable().optional(),
    }),
  },
  'person.membership-begun': {
    v: 1,
    data: z.strictObject({ id: z.string(), departmentId: z.string(), from: instantKept, to: instantKept.optional() }),
  },
  'person.membership-ended': { v: 1, data: z.strictObject({ id: z.string(), to: instantKept }) },
  'person.roles-set': { v: 1, data: z.strictObject({ roles: z.array(z.enum(roles)), reason: reason.optional() }) },
  'person.suspended': { v: 1, data: z.strictObject({ reason }) },
  'person.resumed': { v: 1, data: z.strictObject({ reason }) },
  'person.external-id-set': {
    v: 1,
    data: z.strictObject({ system: z.string(), id: personal(z.string()) }),
  },
} as const;

export type PersonEvent = EventOf<typeof personEvents>;

export interface Membership {
  id: string;
  departmentId: string;
  from: string;
  to?: string;
}

export interface PersonState {
  id: string;
  name: string;
  username: string;
  certificateNo?: string;
  roles: Role[];
  memberships: Membership[];
  state: 'active' | 'suspended';
  externalIds: { system: string; id: string }[];
  registeredAt: string;
  /** What full-text search reads. */
  search: string;
}

export const usernameClaim = (username: string): Claim => ({ name: 'username', value: username });
const certificateClaim = (number: string): Claim => ({ name: 'certificate', value: number.toUpperCase() });
export const externalPersonClaim = (system: string, id: string): Claim => ({
  name: 'external-person',
  value: JSON.stringify([system, id]),
});

export const personKind: Kind<PersonState, PersonEvent> = {
  name: 'person',
  events: personEvents,
  words: {
    name: { zh: '人员', en: 'person' },
    events: {
      'person.registered': { zh: '登记人员', en: 'person registered' },
      'person.corrected': { zh: '更正人员', en: 'person corrected' },
      'person.membership-begun': { zh: '加入部门', en: 'joined a department' },
      'person.membership-ended': { zh: '离开部门', en: 'left a department' },
      'person.roles-set': { zh: '设定角色', en: 'roles set' },
      'person.suspended': { zh: '停用', en: 'suspended' },
      'person.resumed': { zh: '恢复', en: 'resumed' },
      'person.external-id-set': { zh: '登记外部编号', en: 'external id set' },
    },
  },
  foldVersion: 1,
  indexes: ['state', 'name', 'roles', 'memberships.departmentId'],
  text: 'search',
  claims(event, before) {
    if (event.type === 'person.external-id-set') {
      return { take: [externalPersonClaim(event.data.system, event.data.id)] };
    }
    if (event.type !== 'person.registered' && event.type !== 'person.corrected') return {};
    const { username, certificateNo } = event.data;
    const take: Claim[] = [];
    const release: Claim[] = [];
    if (username !== undefined && username !== before?.username) {
      take.push(usernameClaim(username));
      if (before) release.push(usernameClaim(before.username));
    }
    const changed =
      certificateNo !== undefined && certificateNo?.toUpperCase() !== before?.certificateNo?.toUpperCase();
    if (changed) {
      if (certificateNo) take.push(certificateClaim(certificateNo));
      if (before?.certificateNo) release.push(certificateClaim(before.certificateNo));
    }
    return { take, release };
  },
  fold(state, event, meta) {
    const next =
      event.type === 'person.registered' ? registered(event.data, meta) : evolve(state as PersonState, event);
    return { ...next, search: `${next.name}\n${next.username}` };
  },
};

function registered(
  data: { name: string; username: string; certificateNo?: string | undefined },
  meta: { id: string; time: string },
): PersonState {
  const { name, username, certificateNo } = data;
  return {
    id: meta.id,
    name,
    username,
    ...(certificateNo && { certificateNo }),
    roles: [],
    memberships: [],
    state: 'active',
    externalIds: [],
    registeredAt: meta.time,
    search: '',
  };
}

function evolve(state: PersonState, event: Exclude<PersonEvent, { type: 'person.registered' }>): PersonState {
  switch (event.type) {
    case 'person.corrected': {
      const { name = state.name, username = state.username, certificateNo = state.certificateNo } = event.data;
      const { certificateNo: _, ...rest } = state;
      return { ...rest, name, username, ...(certificateNo && { certificateNo }) };
    }
    case 'person.membership-begun': {
      const { to, ...membership } = event.data;
      return { ...state, memberships: [...state.memberships, { ...membership, ...(to && { to }) }] };
    }
    case 'person.membership-ended': {
      const { id, to } = event.data;
      return { ...state, memberships: state.memberships.map((held) => (held.id === id ? { ...held, to } : held)) };
    }
    case 'person.roles-set':
      return { ...state, roles: event.data.roles };
    case 'person.suspended':
      return { ...state, state: 'suspended' };
    case 'person.resumed':
      return { ...state, state: 'active' };
    case 'person.external-id-set':
      return { ...state, externalIds: [...state.externalIds, event.data] };
  }
}
