import type { DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import { HeadMismatch } from '../ledger/heads.ts';

const KIND = 'log-reservation';

/** The tree that a chain's next checkpoint is signed for: working state, and never two for one size. */
export const logDocuments: KindSpec[] = [{ kind: KIND, sort: 'state', indexes: [] }];

/**
 * Claims a size for one root before it is signed, so that two processes can't sign two roots, nor a process that was set back one for a size
 * that is passed. Ed25519 is deterministic (RFC 8032): the same tree may be signed again, after a crash, to the same bytes. Throws HeadMismatch.
 */
export async function reserve(documents: DocumentStore, chain: string, size: number, root: Uint8Array): Promise<void> {
  const body = { size, root: Buffer.from(root).toString('hex') };
  const held = await reservation(documents, chain);
  const before = held?.body;
  if (before && before.size === size && before.root === body.root) return;
  const version = (held?.version ?? 0) + 1;
  const later = !before || before.size < size;
  const mine = later && (await documents.swap({ kind: KIND, id: chain, chain, version, body }, held?.version));
  if (!mine)
    throw new HeadMismatch(chain, `a checkpoint of ${before?.size ?? size} entries is reserved for another tree`);
}

/** The size that was claimed last, by any process. */
export const reservedSize = async (documents: DocumentStore, chain: string): Promise<number | undefined> =>
  (await reservation(documents, chain))?.body.size;

async function reservation(documents: DocumentStore, chain: string) {
  const held = await documents.get(KIND, chain);
  return held && { version: held.version, body: held.body as { size: number; root: string } };
}
