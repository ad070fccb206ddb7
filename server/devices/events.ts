import { z } from 'zod';
import { covers, instantKept } from '../access/periods.ts';
import type { Claim, EventOf, Kind } from '../ledger/kind.ts';

/** Body recorders: by serial number, of a department, worn by people over time. */
export const deviceEvents = {
  'device.registered': {
    v: 1,
    data: z.strictObject({ serial: z.string(), model: z.string().optional(), departmentId: z.string() }),
  },
  'device.corrected': {
    v: 1,
    data: z.strictObject({
      serial: z.string().optional(),
      model: z.string().nullable().optional(),
      departmentId: z.string().optional(),
    }),
  },
  'device.assigned': {
    v: 1,
    data: z.strictObject({ id: z.string(), personId: z.string(), from: instantKept, to: instantKept.optional() }),
  },
  'device.assignment-ended': { v: 1, data: z.strictObject({ id: z.string(), to: instantKept }) },
} as const;

export type DeviceEvent = EventOf<typeof deviceEvents>;

export interface Assignment {
  id: string;
  personId: string;
  from: string;
  to?: string;
}

export interface DeviceState {
  id: string;
  /** As printed on it. */
  serial: string;
  model?: string;
  departmentId: string;
  assignments: Assignment[];
  registeredAt: string;
  search: string;
}

/** Serial numbers are compared without regard to case and width of letters: docks and people write them differently. */
export const serialClaim = (serial: string): Claim => ({
  name: 'device-serial',
  value: serial.normalize('NFKC').trim().toUpperCase(),
});

/** The person who wore a device at an instant (UTC with milliseconds), or undefined. */
export const wearerAt = (device: DeviceState, at: string): string | undefined =>
  device.assignments.find((assignment) => covers(assignment, at))?.personId;

export const deviceKind: Kind<DeviceState, DeviceEvent> = {
  name: 'device',
  events: deviceEvents,
  words: {
    name: { zh: '执法记录仪', en: 'body recorder' },
    events: {
      'device.registered': { zh: '登记记录仪', en: 'body recorder registered' },
      'device.corrected': { zh: '更正记录仪', en: 'body recorder corrected' },
      'device.assigned': { zh: '领用', en: 'assigned to a person' },
      'device.assignment-ended': { zh: '归还', en: 'assignment ended' },
    },
  },
  foldVersion: 1,
  indexes: ['serial', 'departmentId', 'assignments.personId'],
  text: 'search',
  claims(event, before) {
    if (event.type !== 'device.registered' && event.type !== 'device.corrected') return {};
    const { serial } = event.data;
    if (serial === undefined) return {};
    const [taken, held] = [serialClaim(serial), before && serialClaim(before.serial)];
    if (taken.value === held?.value) return {};
    return { take: [taken], release: held ? [held] : [] };
  },
  fold(state, event, meta) {
    const before = state ?? {
      id: meta.id,
      serial: '',
      departmentId: '',
      assignments: [],
      registeredAt: meta.time,
      search: '',
    };
    const next = evolve(before, event);
    return { ...next, search: `${next.serial}\n${next.model ?? ''}` };
  },
};

function evolve(state: DeviceState, event: DeviceEvent): DeviceState {
  switch (event.type) {
    case 'device.registered':
    case 'device.corrected': {
      const { serial = state.serial, model = state.model, departmentId = state.departmentId } = event.data;
      const { model: _, ...rest } = state;
      return { ...rest, serial, ...(model && { model }), departmentId };
    }
    case 'device.assigned': {
      const { to, ...assignment } = event.data;
      return { ...state, assignments: [...state.assignments, { ...assignment, ...(to && { to }) }] };
    }
    case 'device.assignment-ended': {
      const { id, to } = event.data;
      return { ...state, assignments: state.assignments.map((held) => (held.id === id ? { ...held, to } : held)) };
    }
  }
}
