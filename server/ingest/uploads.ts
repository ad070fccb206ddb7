import type { Actor } from '../../signing/chain.ts';
import { areaPrefix, parseWorkKey, uploadKey } from '../../storage/objects/layout.ts';
import { type Deps, systemActor } from '../deps.ts';
import { Fault } from '../errors.ts';
import { everyView } from '../ledger/find-views.ts';
import type { Reader } from '../ledger/ledger.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { recordKind } from '../records/events.ts';
import { type UploadEvent, type UploadState, uploadKind } from './events.ts';
import { forgetProgress, lastProgress, termOf } from './progress.ts';
import { inspect, receive, refusalOf } from './receive.ts';

const PERIOD_MS = 60_000;

/**
 * All bytes are there: makes them durable and enters the record, or answers the refusal of what a person may not bring. Safe to
 * repeat, also at the same time. Throws UPLOAD_GONE when the upload was ended meanwhile.
 */
export async function finishUpload(
  deps: Deps,
  chain: string,
  upload: UploadState,
  actor: Actor,
): Promise<{ refusal?: Fault }> {
  try {
    return await finish(deps, chain, upload, actor);
  } catch (error) {
    // Another finished it first, and the sealer has moved its bytes away already.
    if (await isRecord(deps, chain, upload.id)) return {};
    // Or it was ended while its bytes were made durable.
    await demandNotEnded(deps, chain, upload.id);
    throw error;
  }
}

async function finish(deps: Deps, chain: string, upload: UploadState, actor: Actor): Promise<{ refusal?: Fault }> {
  const { id, links } = upload;
  const key = uploadKey(chain, id);
  await deps.uploads.complete(key);
  deps.point('receive.bytes-durable');
  const arrival = await inspect(deps, chain, id, upload.arrival);
  const refusal = upload.arrival.dockId ? undefined : refusalOf(arrival);
  if (!refusal) {
    await receive(deps, { chain, id, actor, arrival, links, unless: (read) => demandOpen(read, id) });
    return {};
  }
  await endUpload(deps, chain, id, actor, { type: 'upload.refused', data: { code: refusal.code } });
  return { refusal };
}

async function demandOpen(read: Reader, id: string): Promise<void> {
  if ((await read(uploadKind, id))?.state !== 'open') throw new Fault('UPLOAD_GONE');
}

const isRecord = async (deps: Deps, chain: string, id: string) =>
  (await deps.ledger.load(recordKind, chain, id)).version > 0;

/** Ends an open upload and lets its bytes go. False, and nothing is done, when it is a record by now. */
export async function endUpload(
  deps: Deps,
  chain: string,
  id: string,
  actor: Actor,
  event: Extract<UploadEvent, { type: 'upload.terminated' | 'upload.expired' | 'upload.refused' }>,
): Promise<boolean> {
  const { state } = await deps.ledger.execute(
    uploadKind,
    chain,
    id,
    actor,
    async (upload, read): Promise<UploadEvent[]> =>
      upload?.state === 'open' && !(await read(recordKind, id)) ? [event] : [],
  );
  if (state.state === 'open' || state.state === 'finished') return false;
  await letGo(deps, chain, id);
  return true;
}

/**
 * To be asked once bytes were written: what came beside the end of its upload, by another connection or process, is let go too. Throws
 * UPLOAD_GONE then.
 */
export async function demandNotEnded(deps: Deps, chain: string, id: string): Promise<void> {
  const { state } = await deps.ledger.load(uploadKind, chain, id);
  if (state?.state === 'open' || state?.state === 'finished') return;
  await letGo(deps, chain, id);
  throw new Fault('UPLOAD_GONE');
}

async function letGo(deps: Deps, chain: string, id: string): Promise<void> {
  await deps.readAhead.drop(uploadKey(chain, id));
  await deps.uploads.abort(uploadKey(chain, id));
  await forgetProgress(deps, id);
}

/** Finishes uploads that a crash left whole, expires those that stand still, removes bytes that nothing names. */
export function startUploads(deps: Deps): Reconciler {
  let swept = false;
  const born = millisecondsOf(deps.newId());
  return every(deps, 'uploads', PERIOD_MS, async (stopping) => {
    if (!swept) for (const chain of await agencyChains(deps)) await sweep(deps, chain, born);
    swept = true;
    await settleUploads(deps, stopping);
  });
}

/** One round over all open uploads. */
export async function settleUploads(deps: Deps, stopping?: AbortSignal): Promise<void> {
  for (const chain of await agencyChains(deps)) {
    for await (const upload of everyView(deps, uploadKind, { chain, filter: { state: 'open' } })) {
      if (stopping?.aborted) return;
      await settle(deps, chain, upload).catch((error) =>
        deps.logger.error({ err: error, upload: upload.id }, 'an upload could not be settled'),
      );
    }
  }
}

async function settle(deps: Deps, chain: string, upload: UploadState): Promise<void> {
  const { id } = upload;
  if (await isRecord(deps, chain, id)) {
    await deps.ledger.execute(uploadKind, chain, id, systemActor('uploads'), (state): UploadEvent[] =>
      state?.state === 'open' ? [{ type: 'upload.finished', data: {} }] : [],
    );
    await forgetProgress(deps, id);
    return;
  }
  const present = await deps.uploads.length(uploadKey(chain, id));
  if (present === upload.length) await finishUpload(deps, chain, upload, systemActor('uploads'));
  else await expire(deps, chain, upload, present ?? 0);
}

/** Expiry counts from the last byte. A dock's upload is announced first and stays one more term of the ordinary length. */
async function expire(deps: Deps, chain: string, upload: UploadState, offset: number): Promise<void> {
  const now = deps.now().getTime();
  const last = (await lastProgress(deps, upload)).getTime();
  if (now - last < termOf(deps, upload)) return;
  const actor = systemActor('uploads');
  if (upload.arrival.dockId) {
    const announced = upload.announcedAt ? Date.parse(upload.announcedAt) : 0;
    if (announced < last) {
      await deps.ledger.execute(uploadKind, chain, upload.id, actor, (state): UploadEvent[] =>
        state?.state === 'open' ? [{ type: 'upload.expiry-announced', data: {} }] : [],
      );
      return;
    }
    if (now - announced < deps.config.UPLOAD_DAYS * 86_400_000) return;
  }
  await endUpload(deps, chain, upload.id, actor, { type: 'upload.expired', data: { offset } });
}

/** Bytes older than this process that neither an open upload nor a waiting record names are left of a crash. */
async function sweep(deps: Deps, chain: string, born: number): Promise<void> {
  for await (const { key } of deps.work.list(areaPrefix(chain, 'uploads'))) {
    const parsed = parseWorkKey(key);
    if (!parsed || !(millisecondsOf(parsed.id) < born)) continue;
    const upload = (await deps.ledger.load(uploadKind, chain, parsed.id)).state;
    const record = (await deps.ledger.load(recordKind, chain, parsed.id)).state;
    if (upload?.state === 'open' || record?.state === 'received') continue;
    deps.logger.warn({ key }, 'removed bytes that no record names');
    await deps.uploads.abort(key);
  }
}

/** The time in a UUIDv7 (RFC 9562 section 5.7), in milliseconds. */
const millisecondsOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
