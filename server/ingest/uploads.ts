import type { Actor } from '../../signing/chain.ts';
import { areaPrefix, parseWorkKey, uploadKey } from '../../storage/objects/layout.ts';
import { type Deps, systemActor } from '../deps.ts';
import type { Fault } from '../errors.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { recordKind } from '../records/events.ts';
import { type UploadEvent, type UploadState, uploadKind } from './events.ts';
import { lastProgress, termOf } from './progress.ts';
import { inspect, receive, refusalOf } from './receive.ts';

const PERIOD_MS = 60_000;

/** All bytes are there: makes them durable and enters the record, or refuses what a person may not bring. Safe to repeat. */
export async function finishUpload(
  deps: Deps,
  chain: string,
  upload: UploadState,
  actor: Actor,
): Promise<{ refusal?: Fault }> {
  const key = uploadKey(chain, upload.id);
  await deps.uploads.complete(key);
  deps.point('receive.bytes-durable');
  const arrival = await inspect(deps, chain, upload.id, upload.arrival);
  const refusal = upload.arrival.dockId ? undefined : refusalOf(arrival);
  if (!refusal) {
    await receive(deps, { chain, id: upload.id, actor, arrival, links: upload.links });
    return {};
  }
  await deps.ledger.execute(uploadKind, chain, upload.id, actor, (state): UploadEvent[] =>
    state?.state === 'open' ? [{ type: 'upload.refused', data: { code: refusal.code } }] : [],
  );
  await deps.uploads.abort(key);
  return { refusal };
}

/** Finishes uploads that a crash left whole, expires those that stand still, removes bytes that nothing names. */
export function startUploads(deps: Deps): Reconciler {
  let swept = false;
  return every(deps, 'uploads', PERIOD_MS, async () => {
    for (const chain of await agencyChains(deps)) {
      if (!swept) await sweep(deps, chain);
      for await (const upload of openUploads(deps, chain)) await settle(deps, chain, upload);
    }
    swept = true;
  });
}

async function* openUploads(deps: Deps, chain: string): AsyncGenerator<UploadState> {
  let after: string | undefined;
  do {
    const page = await deps.documents.find('upload', {
      chain,
      filter: { state: 'open' },
      limit: 200,
      ...(after && { after }),
    });
    for (const { body } of page.items) yield body as unknown as UploadState;
    after = page.next;
  } while (after);
}

async function settle(deps: Deps, chain: string, upload: UploadState): Promise<void> {
  const { version } = await deps.ledger.load(recordKind, chain, upload.id);
  if (version > 0) {
    await deps.ledger.execute(uploadKind, chain, upload.id, systemActor('uploads'), (state): UploadEvent[] =>
      state?.state === 'open' ? [{ type: 'upload.finished', data: {} }] : [],
    );
    return;
  }
  const offset = (await deps.uploads.length(uploadKey(chain, upload.id))) ?? 0;
  if (offset === upload.length && upload.length > 0) {
    await finishUpload(deps, chain, upload, systemActor('uploads'));
    return;
  }
  await expire(deps, chain, upload, offset);
}

/** Expiry counts from the last byte. A dock's upload is announced first and stays one more term of the ordinary length. */
async function expire(deps: Deps, chain: string, upload: UploadState, offset: number): Promise<void> {
  const now = deps.now().getTime();
  const still = now - (await lastProgress(deps, upload)).getTime();
  if (still < termOf(deps, upload)) return;
  const announced = upload.announcedAt && now - Date.parse(upload.announcedAt) >= deps.config.UPLOAD_DAYS * 86_400_000;
  if (upload.arrival.dockId && !upload.announcedAt) {
    await deps.ledger.execute(uploadKind, chain, upload.id, systemActor('uploads'), (): UploadEvent[] => [
      { type: 'upload.expiry-announced', data: {} },
    ]);
    return;
  }
  if (upload.arrival.dockId && !announced) return;
  await deps.ledger.execute(uploadKind, chain, upload.id, systemActor('uploads'), (state): UploadEvent[] =>
    state?.state === 'open' ? [{ type: 'upload.expired', data: { offset } }] : [],
  );
  await deps.uploads.abort(uploadKey(chain, upload.id));
}

/** At start nothing is under way, so bytes that neither an open upload nor a waiting record names are left of a crash. */
async function sweep(deps: Deps, chain: string): Promise<void> {
  for await (const { key } of deps.work.list(areaPrefix(chain, 'uploads'))) {
    const parsed = parseWorkKey(key);
    if (!parsed) continue;
    const upload = (await deps.ledger.load(uploadKind, chain, parsed.id)).state;
    const record = (await deps.ledger.load(recordKind, chain, parsed.id)).state;
    if (upload?.state === 'open' || record?.state === 'received') continue;
    deps.logger.warn({ key }, 'removed bytes that no record names');
    await deps.uploads.abort(key);
  }
}
