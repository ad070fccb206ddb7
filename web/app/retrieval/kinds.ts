import type { Body, Item } from '../api/query.ts';
import type { Tone } from '../parts/state-tag.tsx';

export type Grant = Item<'/grants'>;
export type Viewing = Body<'/viewings/{id}'>;
export type Watched = Item<'/grants/{id}/viewings'>;
/** One record of a viewing, with the address of its bytes. */
export type Shown = Viewing['records'][number];

export const grantStates = [
  'waiting',
  'live',
  'used-up',
  'expired',
  'refused',
  'revoked',
] as const satisfies Grant['state'][];
export const grantReasons = [
  'case',
  'complaint',
  'supervision',
  'reconsideration',
  'lawsuit',
  'unlinked-record',
] as const satisfies Grant['reason'][];

export const grantTones: Record<Grant['state'], Tone> = {
  waiting: 'waits',
  live: 'good',
  'used-up': 'over',
  expired: 'over',
  refused: 'bad',
  revoked: 'bad',
};
