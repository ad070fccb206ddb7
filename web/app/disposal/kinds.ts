import type { Body, Item } from '../api/query.ts';
import type { Tone } from '../parts/state-tag.tsx';
import type { Session } from '../session/session.ts';

export type DueRecord = Item<'/due-records'>;
export type ListItem = Item<'/disposals'>;
export type DisposalList = Body<'/disposals/{id}'>;
export type ListedRecord = DisposalList['records'][number];

export const listStates = ['proposed', 'approved', 'refused', 'carried-out'] as const satisfies ListItem['state'][];

export const stateTones: Record<ListItem['state'], Tone> = {
  proposed: 'waits',
  approved: 'busy',
  refused: 'bad',
  'carried-out': 'over',
};

export const originalTones: Record<ListedRecord['original'], Tone> = { kept: 'good', due: 'busy', gone: 'over' };

/** How often it is asked how far a list is carried out, milliseconds. */
export const LOOK_MS = 1500;

/** Whether to offer the answer: the service decides. Nobody answers what they proposed. */
export const mayAnswer = ({ id, permissions, departments }: Session, list: ListItem | DisposalList): boolean =>
  list.state === 'proposed' &&
  list.proposedBy !== id &&
  permissions['disposal.answer'] !== undefined &&
  departments.some((department) => department.id === list.departmentId);
