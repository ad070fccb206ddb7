import { z } from 'zod';
import { Fault } from '../errors.ts';
import type { Claim, EventOf, Kind } from '../ledger/kind.ts';
import type { Reader } from '../ledger/ledger.ts';

export const departmentEvents = {
  'department.founded': {
    v: 1,
    data: z.strictObject({ name: z.string(), code: z.string().optional(), parentId: z.string().optional() }),
  },
  'department.corrected': {
    v: 1,
    /** null takes a code or a parent away. */
    data: z.strictObject({
      name: z.string().optional(),
      code: z.string().nullable().optional(),
      parentId: z.string().nullable().optional(),
    }),
  },
} as const;

export type DepartmentEvent = EventOf<typeof departmentEvents>;

export interface DepartmentState {
  id: string;
  name: string;
  code?: string;
  parentId?: string;
  foundedAt: string;
}

const codeClaim = (code: string): Claim => ({ name: 'department-code', value: code.toLowerCase() });

export const departmentKind: Kind<DepartmentState, DepartmentEvent> = {
  name: 'department',
  events: departmentEvents,
  words: {
    name: { zh: '部门', en: 'department' },
    events: {
      'department.founded': { zh: '设立部门', en: 'department founded' },
      'department.corrected': { zh: '更正部门', en: 'department corrected' },
    },
  },
  foldVersion: 1,
  indexes: ['name', 'parentId'],
  claims({ data: { code } }, before) {
    if (code === undefined || code?.toLowerCase() === before?.code?.toLowerCase()) return {};
    return { take: code ? [codeClaim(code)] : [], release: before?.code ? [codeClaim(before.code)] : [] };
  },
  fold(state, event, meta) {
    const before = state ?? { id: meta.id, name: '', foundedAt: meta.time };
    const { name = before.name, code = before.code, parentId = before.parentId } = event.data;
    return { id: before.id, name, ...(code && { code }), ...(parentId && { parentId }), foundedAt: before.foundedAt };
  },
};

const DEEPEST = 16;

/** Follows parents upwards. Throws UNKNOWN_REFERENCE for one that is not there, CONFLICT for a circle or too deep a tree. */
export async function checkParent(id: string, parentId: string | null | undefined, read: Reader): Promise<void> {
  let above = parentId;
  for (let depth = 0; above; depth++) {
    if (above === id || depth === DEEPEST) throw new Fault('CONFLICT');
    const parent: DepartmentState | undefined = await read(departmentKind, above);
    if (!parent) throw new Fault('UNKNOWN_REFERENCE', { params: { what: 'parentId' } });
    above = parent.parentId;
  }
}
