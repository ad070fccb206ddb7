import type { KindSpec } from '../../storage/documents/document-store.ts';
import type { Deps } from '../deps.ts';
import type { UploadState } from './events.ts';

/** Working state: when an upload last took a byte, from which its expiry counts. */
export const uploadDocuments: KindSpec[] = [{ kind: 'upload-progress', sort: 'state', indexes: [] }];

const DAY = 86_400_000;

/** Terms are days: a progress noted in the last ten minutes stands for this one, so that small pieces cost no commit each. */
const STEP = 10 * 60_000;

export async function noteProgress(deps: Deps, chain: string, id: string): Promise<void> {
  const version = deps.now().getTime();
  const noted = await deps.documents.get('upload-progress', id);
  if (noted && version - noted.version < STEP) return;
  await deps.documents.save([{ kind: 'upload-progress', id, chain, version, body: { at: deps.now().toISOString() } }]);
}

/** The last progress of an upload, its beginning when there was none. */
export async function lastProgress(deps: Deps, upload: UploadState): Promise<Date> {
  const noted = await deps.documents.get('upload-progress', upload.id);
  return new Date((noted?.body as { at: string } | undefined)?.at ?? upload.begunAt);
}

/** To be called when an upload has ended in any way. */
export const forgetProgress = (deps: Deps, id: string) => deps.documents.delete('upload-progress', [id]);

export const termOf = (deps: Deps, upload: UploadState) =>
  (upload.arrival.dockId ? deps.config.DOCK_UPLOAD_DAYS : deps.config.UPLOAD_DAYS) * DAY;

/** When an upload expires if no byte comes: not before this, and later when bytes come. */
export const expiryAt = async (deps: Deps, upload: UploadState): Promise<Date> =>
  new Date((await lastProgress(deps, upload)).getTime() + termOf(deps, upload));

/** Upload-Expires (tus 1.0, expiration; RFC 9110 date). */
export const expiryOf = async (deps: Deps, upload: UploadState) => (await expiryAt(deps, upload)).toUTCString();
