import { z } from 'zod';
import { type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { arrival, link } from '../records/shapes.ts';

/** A file on its way by tus. The record that it becomes has the same id. */
export const uploadEvents = {
  'upload.begun': {
    v: 1,
    data: z.strictObject({
      length: z.int().nonnegative(),
      arrival,
      links: z.array(link),
      /** Upload-Metadata as the client sent it: HEAD gives it back (tus 1.0, creation). */
      metadata: personal(z.string().max(16_384)).optional(),
    }),
  },
  /** The same device brought the same bytes before: that record is the answer, and no byte is taken again. */
  'upload.matched': { v: 1, data: z.strictObject({ recordId: z.string() }) },
  /** A dock's unfinished upload has stood still for its term; it expires one more term after this. */
  'upload.expiry-announced': { v: 1, data: z.strictObject({}) },
  /** It is a record now; made by the reconciler, so that unfinished ones can be found. */
  'upload.finished': { v: 1, data: z.strictObject({}) },
  'upload.expired': { v: 1, data: z.strictObject({ offset: z.int().nonnegative() }) },
  'upload.terminated': { v: 1, data: z.strictObject({ offset: z.int().nonnegative() }) },
  /** All bytes were there, and what they are is not taken; nothing was kept. */
  'upload.refused': { v: 1, data: z.strictObject({ code: z.string() }) },
  /** The record that came of it was disposed of: what was said of the file goes with it. */
  'upload.disposed': { v: 1, data: z.strictObject({}), disposes: true },
} as const;

export type UploadEvent = EventOf<typeof uploadEvents>;

export interface UploadState {
  id: string;
  state: 'open' | 'finished' | 'expired' | 'terminated' | 'refused' | 'disposed';
  length: number;
  arrival: z.output<typeof arrival>;
  links: z.output<typeof link>[];
  metadata?: string;
  /** The record that it became; for one that was matched, the record that was there. */
  recordId?: string;
  uploadedBy: string;
  departmentId: string;
  begunAt: string;
  announcedAt?: string;
  /** The catalogue's code of a refusal. */
  code?: string;
}

export const uploadKind: Kind<UploadState, UploadEvent> = {
  name: 'upload',
  events: uploadEvents,
  words: {
    name: { zh: '上传', en: 'upload' },
    events: {
      'upload.begun': { zh: '开始上传', en: 'upload begun' },
      'upload.matched': { zh: '与已有记录相同', en: 'same bytes as a record that was there' },
      'upload.expiry-announced': { zh: '预告到期', en: 'expiry announced' },
      'upload.finished': { zh: '上传完成', en: 'upload finished' },
      'upload.expired': { zh: '上传到期', en: 'upload expired' },
      'upload.terminated': { zh: '放弃上传', en: 'upload given up' },
      'upload.refused': { zh: '拒收', en: 'refused for what it is' },
      'upload.disposed': { zh: '上传信息随记录销毁', en: 'disposed of with its record' },
    },
  },
  foldVersion: 2,
  indexes: ['state', 'uploadedBy', 'departmentId', 'begunAt', 'recordId'],
  fold(state, event, meta) {
    const known = state as UploadState;
    switch (event.type) {
      case 'upload.begun': {
        const { uploadedBy, departmentId } = event.data.arrival;
        return { ...event.data, id: meta.id, state: 'open', uploadedBy, departmentId, begunAt: meta.time };
      }
      case 'upload.matched':
        return { ...known, state: 'finished', recordId: event.data.recordId };
      case 'upload.expiry-announced':
        return { ...known, announcedAt: meta.time };
      case 'upload.finished':
        return { ...known, state: 'finished' };
      case 'upload.expired':
        return { ...known, state: 'expired' };
      case 'upload.terminated':
        return { ...known, state: 'terminated' };
      case 'upload.refused':
        return { ...known, state: 'refused', code: event.data.code };
      case 'upload.disposed':
        return { ...known, state: 'disposed' };
    }
  },
  tombstone(events) {
    const [{ event, meta }] = events as [(typeof events)[number]];
    const { length, arrival: said } = event.data as Extract<UploadEvent, { type: 'upload.begun' }>['data'];
    const { door, source, kind, size, confidentiality, uploadedBy, departmentId } = said;
    return {
      ...{ id: meta.id, state: 'disposed', length, links: [], uploadedBy, departmentId, begunAt: meta.time },
      arrival: {
        ...{ door, source, kind, size, confidentiality, departmentId, uploadedBy },
        ...{ title: '', name: '', declared: {}, findings: [] },
      },
    };
  },
};
