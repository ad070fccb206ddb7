import { open, unlink } from 'node:fs/promises';
import { demandPermit } from '../../signing/erase-permit.ts';
import type { DockApi } from './api.ts';
import { CardFileChanged, digestOnCard, openOnCard, stillThere } from './card-file.ts';
import type { HeldReceipt } from './receipt.ts';
import type { Trust } from './trust.ts';

/** A file that was brought and sealed, as the state has it. */
export interface Erasable {
  root: Buffer;
  path: Buffer;
  name: string;
  record: string;
  sha256: string;
  size: number;
  mtimeMs: number;
}

/** A permit as the service answers it: the exact bytes as text, the signature over them in base64. */
export interface GivenPermit {
  id: string;
  statement: string;
  signature: string;
}

export const askPermit = (api: DockApi, { record, name, sha256, size }: Erasable): Promise<GivenPermit> =>
  api.json('POST', `/records/${record}/erase-permit`, { name, sha256, size });

/** Whether a permit would be given; none is. Throws as asking for one does. */
export const checkPermit = (
  api: DockApi,
  { record, name, sha256, size }: Omit<Erasable, 'root' | 'path' | 'mtimeMs'>,
) => api.json('POST', `/records/${record}/erase-permit/check`, { name, sha256, size });

/**
 * Takes a file off its card, and nothing else: only with a permit for this very file by whom the pins name, and only after the file on the card was read
 * once more and is byte for byte what was sealed. `proven` is called before the file goes, and must make the permit durable.
 * Throws ProofError `PERMIT_*`, CardFileChanged, and errors of the file system.
 */
export async function erase(
  file: Erasable,
  permit: GivenPermit,
  receipt: HeldReceipt,
  pins: Trust,
  { now, proven }: { now: () => Date; proven: (permit: string) => void },
): Promise<void> {
  const { root, path, name, record, sha256, size } = file;
  const { agency, dock } = pins;
  const erasing = { agency, dock, record, name, sha256, size, manifest: receipt.manifest, now: now() };
  const signature = Buffer.from(permit.signature, 'base64');
  const given = demandPermit(Buffer.from(permit.statement), signature, receipt.beliefs, erasing);
  const opened = await openOnCard(root, path);
  try {
    const onCard = await digestOnCard(opened, file);
    if (onCard.sha256 !== sha256 || onCard.size !== size) throw new CardFileChanged('other bytes than were sealed');
    if (!(await stillThere(opened, path))) throw new CardFileChanged('another file by now');
    proven(given.permit);
    await unlink(path);
  } finally {
    await opened.close();
  }
  await syncFolder(path);
}

/** So that the file does not come back with the power. Cards whose file system cannot are left to it. */
async function syncFolder(path: Buffer): Promise<void> {
  try {
    const folder = await open(path.subarray(0, path.lastIndexOf(0x2f)));
    await folder.sync().finally(() => folder.close());
  } catch {
    // vfat over some readers refuses fsync of folders
  }
}

export const reportErased = (api: DockApi, record: string, permit: string, at: Date): Promise<unknown> =>
  api.json('POST', `/records/${record}/erasures`, { permit, at: at.toISOString() });
