import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import type { Context } from '../http/context.ts';
import { type Feature, route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { type UploadState, uploadKind } from './events.ts';
import { expiryAt, lastProgress } from './progress.ts';
import { offsetOf, recordIdOf } from './upload-bytes.ts';

const unfinished = z.object({
  id: z.string(),
  name: z.string(),
  length: z.int(),
  /** Bytes that are there. */
  offset: z.int(),
  departmentId: z.string(),
  uploadedBy: z.string(),
  dockId: z.string().optional(),
  begunAt: z.string(),
  lastProgressAt: z.string(),
  /** Not before this; a dock's upload stands one more ordinary term after its expiry was announced. */
  expiresAt: z.string(),
  announcedAt: z.string().optional(),
});

/** What is on its way and not whole: what an officer goes on with, and what a department sees before it expires. */
export const uploadRoutes: Feature = () => ({
  routes: [
    route({
      method: 'get',
      path: '/uploads',
      summary: { zh: '未完成的上传', en: 'Unfinished uploads' },
      access: { permission: 'upload.read', docks: true },
      leaves: [],
      query: z.strictObject(pageQuery),
      answer: pageOf(unfinished),
      handler: async (context, { query }) => {
        const { deps, chain } = context;
        const filter: Filter = { $and: [{ state: 'open' }, within(context)] };
        const page = await findViews(deps, uploadKind, { chain, filter, sort: { path: 'begunAt' }, ...query });
        const items = await Promise.all(page.items.map((upload) => answer(context, upload)));
        return { ...page, items: items.filter((item) => item !== undefined) };
      },
    }),
  ],
});

function within({ reach, signedIn }: Context): Filter {
  const own: Filter = { uploadedBy: signedIn.id };
  if (signedIn.kind === 'dock' || reach === 'own') return own;
  return { $or: [own, { departmentId: { $in: [...signedIn.departments] } }] };
}

/** Undefined for one that has just become a record: its own entry says so later. */
async function answer({ deps, chain }: Context, upload: UploadState) {
  if (await recordIdOf(deps, chain, upload)) return undefined;
  const { id, length, arrival, departmentId, uploadedBy, begunAt, announcedAt } = upload;
  return {
    ...{ id, length, departmentId, uploadedBy, begunAt },
    name: arrival.name,
    offset: await offsetOf(deps, chain, upload),
    lastProgressAt: (await lastProgress(deps, upload)).toISOString(),
    expiresAt: (await expiryAt(deps, upload)).toISOString(),
    ...(arrival.dockId && { dockId: arrival.dockId }),
    ...(announcedAt && { announcedAt }),
  };
}
