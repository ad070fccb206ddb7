import type { Body, Item } from '../api/query.ts';
import type { Tone } from '../parts/state-tag.tsx';

export type CaseFile = Item<'/case-files'>;
export type Export = Body<'/exports/{id}'>;
export type Contents = Body<'/exports/{id}/contents'>;
export type Packaged = NonNullable<Export['package']>;
export type Form = Export['form'];

export const forms = ['bag', 'asice'] as const satisfies Form[];

export const readinesses = ['complete', 'lacking', 'waiting', 'empty'] as const satisfies CaseFile['readiness'][];

export const stateTones: Record<Export['state'], Tone> = {
  queued: 'busy',
  packing: 'busy',
  ready: 'good',
  failed: 'bad',
  cancelled: 'over',
  deleted: 'over',
};

/** Something will become of it without anybody doing anything. */
export const isUnderWay = ({ state }: Pick<Export, 'state'>): boolean => state === 'queued' || state === 'packing';

/** How often it is asked how far a package is, milliseconds. */
export const LOOK_MS = 1000;

/** What a case is called among people: its number, else its cause. */
export const callOf = ({ caseNo, cause }: { caseNo?: string | undefined; cause: string }): string =>
  caseNo ? `${caseNo} ${cause}` : cause;

/** What an export is called: as its case, else as its file. */
export const nameOf = ({ case: file, package: made, id }: Pick<Export, 'case' | 'package' | 'id'>): string =>
  file ? callOf(file) : (made?.name ?? id);
