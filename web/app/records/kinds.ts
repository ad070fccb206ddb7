import type { Item } from '../api/query.ts';
import type { Tone } from '../parts/state-tag.tsx';

export type RecordItem = Item<'/records'>;

export const recordKinds = ['text', 'audio', 'video', 'image', 'other'] as const satisfies RecordItem['kind'][];
export const recordStates = ['received', 'sealed', 'quarantined'] as const satisfies RecordItem['state'][];
export const sources = [
  ...(['dock', 'upload', 'phone', 'vehicle', 'drone', 'cctv', 'scan', 'handed-in'] as const),
  'other-agency',
] as const satisfies RecordItem['source'][];
export const confidentialities = [
  'ordinary',
  'internal',
  'sensitive',
] as const satisfies RecordItem['confidentiality'][];
export const evidenceKinds = [
  ...(['documentary', 'physical', 'audiovisual', 'electronic', 'testimony', 'party-statement'] as const),
  ...(['expert-opinion', 'inspection-record'] as const),
] as const;

export const stateTones: Record<RecordItem['state'], Tone> = {
  received: 'busy',
  sealed: 'good',
  quarantined: 'bad',
  disposed: 'over',
};
