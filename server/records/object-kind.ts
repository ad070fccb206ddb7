import { z } from 'zod';
import type { EntryMeta, EventOf, Kind } from '../ledger/kind.ts';

/** The stream `object/<sha256>`: which records refer to an original, so that linking and disposing have one order. */
export const objectEvents = {
  'object.referenced': {
    v: 1,
    data: z.strictObject({ recordId: z.string(), size: z.int().nonnegative(), sm3: z.string().optional() }),
  },
  'object.released': { v: 1, data: z.strictObject({ recordId: z.string() }) },
  /** Its last record was released, and its bytes are being deleted: until that has ended nothing may refer to it anew. */
  'object.destruction-begun': { v: 1, data: z.strictObject({}) },
  /**
   * What was looked for and is not in the store any more: the original, when `original` says so, and what the proofs of these released
   * records said of people. Ends a destruction that was begun.
   */
  'object.destroyed': { v: 1, data: z.strictObject({ original: z.boolean(), proofsOf: z.array(z.string()).max(500) }) },
} as const;

export type ObjectEvent = EventOf<typeof objectEvents>;

export interface ObjectState {
  sha256: string;
  size: number;
  sm3?: string;
  /** Records that refer to it, in the order in which they came. */
  records: string[];
  /** Disposed records whose proofs have not been destroyed yet, with the instant of their release. */
  released: { recordId: string; at: string }[];
  /** Disposed records whose proofs are said to be gone. */
  destroyed: string[];
  /** Since when no record refers to it: its bytes are to go. */
  releasedAt?: string;
  /** Since when its bytes are being deleted. */
  destroyingAt?: string;
  /** Since when its bytes are said to be gone. */
  destroyedAt?: string;
  /** The ledger allows something of it to be deleted, and does not say yet that it is gone. */
  due: boolean;
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
      'object.destruction-begun': { zh: '开始销毁原件', en: 'destruction of the original begun' },
      'object.destroyed': { zh: '原件或其证明已从存储中消失', en: 'original or proofs gone from the store' },
    },
  },
  foldVersion: 2,
  indexes: ['records', 'due'],
  fold(state, event, meta) {
    const next = evolve(state, event, meta);
    const gone = next.releasedAt === undefined || next.destroyedAt !== undefined;
    return { ...next, due: next.released.length > 0 || !gone };
  },
};

function evolve(known: ObjectState | undefined, event: ObjectEvent, { id, time: at }: EntryMeta): ObjectState {
  if (event.type === 'object.referenced') {
    const { recordId, size, sm3 } = event.data;
    const records = [...(known?.records ?? []).filter((record) => record !== recordId), recordId];
    const { released = [], destroyed = [] } = known ?? {};
    return { sha256: id, size, ...(sm3 && { sm3 }), records, released, destroyed, due: false };
  }
  const state = known as ObjectState;
  switch (event.type) {
    case 'object.released': {
      const { recordId } = event.data;
      const records = state.records.filter((record) => record !== recordId);
      const released = [...state.released, { recordId, at }];
      return { ...state, records, released, ...(records.length === 0 && { releasedAt: at }) };
    }
    case 'object.destruction-begun':
      return { ...state, destroyingAt: at };
    case 'object.destroyed': {
      const { original, proofsOf } = event.data;
      const { destroyingAt: _, ...rest } = state;
      const released = state.released.filter(({ recordId }) => !proofsOf.includes(recordId));
      const destroyed = [...state.destroyed, ...proofsOf];
      return { ...rest, released, destroyed, ...(original && { destroyedAt: at }) };
    }
  }
}
