import { z } from 'zod';
import { type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { addSpans, type RecordSpan } from './ranges.ts';

/** Ranges in one entry: an entry stays well under 65,535 bytes. */
export const RANGES_PER_ENTRY = 200;
/** Ranges that the view shows; all of them are in the ledger. */
const RANGES_SHOWN = 500;

export const closings = ['call', 'idle', 'expired', 'revoked', 'suspended', 'interrupted'] as const;
export type Closing = (typeof closings)[number];

const offset = z.int().nonnegative();

/** What can have happened in one viewing: bytes are shown only in an open one. */
export const viewingEvents = {
  'viewing.opened': {
    v: 1,
    data: z.strictObject({
      grantId: z.string(),
      personId: z.string(),
      recordIds: z.array(z.string()).min(1).max(200),
      /** The grant's own end. */
      expiresAt: z.string(),
      address: personal(z.string().max(64)),
    }),
  },
  'viewing.delivered': {
    v: 1,
    data: z.strictObject({
      /** Offsets of the first and last byte, merged. */
      ranges: z
        .array(z.strictObject({ recordId: z.string(), from: offset, to: offset }))
        .min(1)
        .max(RANGES_PER_ENTRY),
      /** Bytes handed to the connection; more than the ranges span when something was read twice. */
      bytes: offset,
    }),
  },
  'viewing.closed': { v: 1, data: z.strictObject({ by: z.enum(closings) }) },
} as const;

export type ViewingEvent = EventOf<typeof viewingEvents>;

export interface ViewingState {
  id: string;
  state: 'open' | 'closed';
  grantId: string;
  personId: string;
  recordIds: string[];
  address: string;
  openedAt: string;
  /** Seq of the entry that opened it: the custody of every byte shown in it. */
  openedSeq: number;
  expiresAt: string;
  /** The last entry of its stream. */
  lastAt: string;
  ranges: RecordSpan[];
  /** Some ranges are in the ledger only: there were too many to show. */
  rangesCut: boolean;
  bytes: number;
  closedAt?: string;
  closedBy?: Closing;
}

export const viewingKind: Kind<ViewingState, ViewingEvent> = {
  name: 'viewing',
  events: viewingEvents,
  words: {
    name: { zh: '调阅', en: 'viewing' },
    events: {
      'viewing.opened': { zh: '开始调阅', en: 'viewing opened' },
      'viewing.delivered': { zh: '调阅内容', en: 'content shown' },
      'viewing.closed': { zh: '结束调阅', en: 'viewing closed' },
    },
  },
  foldVersion: 1,
  indexes: ['state', 'grantId', 'personId', 'recordIds', 'openedAt', 'lastAt'],
  fold(known, event, { id, seq, time }) {
    if (event.type === 'viewing.opened') {
      const opened = { openedAt: time, openedSeq: seq, lastAt: time };
      return { ...event.data, ...opened, id, state: 'open', ranges: [], rangesCut: false, bytes: 0 };
    }
    const state = known as ViewingState;
    if (event.type === 'viewing.closed') {
      return { ...state, state: 'closed', closedAt: time, closedBy: event.data.by, lastAt: time };
    }
    const ranges = addSpans(state.ranges, event.data.ranges);
    const rangesCut = state.rangesCut || ranges.length > RANGES_SHOWN;
    return {
      ...state,
      ranges: ranges.slice(0, RANGES_SHOWN),
      rangesCut,
      bytes: state.bytes + event.data.bytes,
      lastAt: time,
    };
  },
};
