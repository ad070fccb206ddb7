import { uploadKey } from '../../storage/objects/layout.ts';
import { ObjectExists } from '../../storage/objects/object-store.ts';
import type { Deps } from '../deps.ts';
import { recordKind } from '../records/events.ts';
import type { UploadState } from './events.ts';

/** The record that an upload is by now: of its own id, or the one it was matched with. */
export async function recordIdOf(deps: Deps, chain: string, upload: UploadState): Promise<string | undefined> {
  if (upload.recordId) return upload.recordId;
  return (await deps.ledger.load(recordKind, chain, upload.id)).version > 0 ? upload.id : undefined;
}

/** Bytes that are there; an upload that became a record is whole, wherever sealing has moved its bytes. */
export async function offsetOf(deps: Deps, chain: string, upload: UploadState): Promise<number> {
  const there = await deps.uploads.length(uploadKey(chain, upload.id));
  // Asked in this order: bytes that sealing has just moved away belong to a record that is there by then.
  return (await recordIdOf(deps, chain, upload)) ? upload.length : (there ?? 0);
}

/** A crash may have come between the beginning and its empty file. */
export async function makePlace(deps: Deps, chain: string, upload: UploadState): Promise<void> {
  const key = uploadKey(chain, upload.id);
  if ((await deps.uploads.length(key)) !== undefined || (await recordIdOf(deps, chain, upload))) return;
  await deps.uploads.begin(key).catch((error) => {
    if (!(error instanceof ObjectExists)) throw error;
  });
}
