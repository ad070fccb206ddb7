import { z } from 'zod';
import type { EventOf, Kind } from '../ledger/kind.ts';

/** The stream `object/<sha256>`: which records refer to an original, so that linking and disposing have one order. */
export const objectEvents = {
  'object.referenced': {
    v: 1,
    data: z.strictObject({ recordId: z.string(), size: z.int().nonnegative(), sm3: z.string().optional() }),
  },
  'object.released': { v: 1, data: z.strictObject({ recordId: z.string() }) },
} as const;

export type ObjectEvent = EventOf<typeof objectEvents>;

export interface ObjectState {
  sha256: string;
  size: number;
  sm3?: string;
  /** Records that refer to it, in the order in which they came. */
  records: string[];
}

export const objectKind: Kind<ObjectState, ObjectEvent> = {
  name: 'object',
  perChain: true,
  events: objectEvents,
  words: {
    name: { zh: '原件', en: 'original' },
    events: {
      'object.referenced': { zh: '记录引用原件', en: 'referred to by a record' },
      'object.released': { zh: '记录不再引用原件', en: 'referred to no more' },
    },
  },
  foldVersion: 1,
  indexes: ['records'],
  fold(state, event, meta) {
    const { recordId } = event.data;
    const others = (state?.records ?? []).filter((record) => record !== recordId);
    if (event.type === 'object.released') return { ...(state as ObjectState), records: others };
    const { size, sm3 } = event.data;
    return { sha256: meta.id, size, ...(sm3 && { sm3 }), records: [...others, recordId] };
  },
};
