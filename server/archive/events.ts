import { z } from 'zod';
import { type EventOf, type Kind, personal } from '../ledger/kind.ts';
import { type PersonalSignature, personalSignature } from '../personal/signature.ts';
import { sha256 } from '../records/shapes.ts';

export const exportFailures = ['NOT_SEALED', 'DIGEST_MISMATCH', 'OBJECT_MISSING', 'STORAGE_FULL', 'INTERNAL'] as const;
export type ExportFailure = (typeof exportFailures)[number];

/** A bag in a zip, or the same tree as an ASiC-E container. */
export const exportForms = ['bag', 'asice'] as const;
export type ExportForm = (typeof exportForms)[number];

export const exportStates = ['queued', 'ready', 'failed', 'cancelled', 'deleted'] as const;

/** What can have happened to the export of a case: the one way beside viewings in which bytes of evidence leave. */
export const exportEvents = {
  'export.requested': {
    v: 1,
    data: z.strictObject({
      caseId: z.string(),
      reason: personal(z.string().max(2000)).optional(),
      /** Absent: a bag. */
      form: z.enum(exportForms).optional(),
      /** The archivist's own, over the order and the case as it stood. */
      signature: personalSignature.optional(),
    }),
  },
  'export.packaged': {
    v: 1,
    data: z.strictObject({
      /** Of the whole zip. */
      sha256,
      size: z.int().positive(),
      /** Files in the bag. */
      files: z.int().positive(),
      /** Version of the case's stream that the package shows. */
      caseVersion: z.int().positive(),
      /** What the package's one signature is over. */
      tagmanifest: sha256,
      name: personal(z.string().max(300)),
    }),
  },
  'export.failed': {
    v: 1,
    data: z.strictObject({ code: z.enum(exportFailures), recordIds: z.array(z.string()).max(200) }),
  },
  'export.cancelled': { v: 1, data: z.strictObject({ reason: personal(z.string().max(2000)) }) },
  'export.fetched': { v: 1, data: z.strictObject({ address: personal(z.string().max(64)) }) },
  'export.package-deleted': { v: 1, data: z.strictObject({ days: z.int().nonnegative() }) },
} as const;

export type ExportEvent = EventOf<typeof exportEvents>;

export interface ExportState {
  id: string;
  state: (typeof exportStates)[number];
  caseId: string;
  form?: ExportForm;
  reason?: string;
  signature?: PersonalSignature;
  requestedBy: string;
  requestedAt: string;
  package?: Omit<Extract<ExportEvent, { type: 'export.packaged' }>['data'], 'name'> & { name: string; at: string };
  failure?: { code: ExportFailure; recordIds: string[]; at: string };
  cancelled?: { by: string; at: string; reason: string };
  /** Who took the bytes, and the seq of the entry that let them go. */
  fetches: { by: string; at: string; seq: number }[];
  deletedAt?: string;
}

export const exportKind: Kind<ExportState, ExportEvent> = {
  name: 'export',
  events: exportEvents,
  words: {
    name: { zh: '案卷导出', en: 'export' },
    events: {
      'export.requested': { zh: '申请导出案卷', en: 'export of a case requested' },
      'export.packaged': { zh: '案卷包生成', en: 'package made' },
      'export.failed': { zh: '导出失败', en: 'export failed' },
      'export.cancelled': { zh: '取消打包', en: 'packing cancelled' },
      'export.fetched': { zh: '下载案卷包', en: 'package downloaded' },
      'export.package-deleted': { zh: '案卷包到期删除', en: 'package deleted at its term' },
    },
  },
  foldVersion: 1,
  indexes: ['state', 'caseId', 'requestedBy', 'requestedAt'],
  fold(known, event, { id, actor, seq, time: at }) {
    if (event.type === 'export.requested') {
      return { ...event.data, id, state: 'queued', requestedBy: actor.id, requestedAt: at, fetches: [] };
    }
    const state = known as ExportState;
    switch (event.type) {
      case 'export.packaged':
        return { ...state, state: 'ready', package: { ...event.data, at } };
      case 'export.failed':
        return { ...state, state: 'failed', failure: { ...event.data, at } };
      case 'export.cancelled':
        return { ...state, state: 'cancelled', cancelled: { ...event.data, by: actor.id, at } };
      case 'export.fetched':
        return { ...state, fetches: [...state.fetches, { by: actor.id, at, seq }] };
      case 'export.package-deleted':
        return { ...state, state: 'deleted', deletedAt: at };
    }
  },
};
