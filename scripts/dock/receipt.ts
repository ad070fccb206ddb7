import { crc32 } from 'node:zlib';
import { Findings } from '../../signing/checklist.ts';
import { nativeDigest, sha256Hex } from '../../signing/digest.ts';
import { decodeManifest } from '../../signing/manifest.ts';
import { receiptPaths } from '../../signing/package-layout.ts';
import { readSmall, textOf } from '../../signing/tree.ts';
import type { Trust as Beliefs } from '../../signing/trust.ts';
import { verifyTree } from '../../signing/verifier.ts';
import { openTime } from '../../signing/verify-time.ts';
import { openZip } from '../../signing/zip.ts';
import type { DockApi } from './api.ts';
import type { Trust } from './trust.ts';

/** A receipt that verified, and what permits are judged by after it. */
export interface HeldReceipt {
  /** SHA-256, hex, of the sealing manifest. */
  manifest: string;
  /** The pinned roots, with the certificates and the revocation list of this receipt. */
  beliefs: Beliefs;
}

/** A receipt does not verify, or is of something else. */
export class ReceiptRefused extends Error {
  override name = 'ReceiptRefused';
}

const LIMIT = 1_048_576;

interface Sealed {
  record: string;
  sha256: string;
  size: number;
}

/**
 * Takes the receipt of a record and verifies it as a stranger would, under the pinned roots and the pinned key of the log, and that it is of these
 * bytes. Undefined while its entry is being published. Throws Refused (`NOT_SEALED`), Away, ReceiptRefused.
 */
export async function takeReceipt(api: DockApi, pins: Trust, sealed: Sealed): Promise<HeldReceipt | undefined> {
  const { status, bytes } = await api.send('GET', `/records/${sealed.record}/receipt?paper=no`);
  if (status === 202) return undefined;
  try {
    return await verifyReceipt(bytes, pins, sealed);
  } catch (error) {
    throw new ReceiptRefused((error as Error).message);
  }
}

async function verifyReceipt(zip: Uint8Array, pins: Trust, { record, sha256, size }: Sealed): Promise<HeldReceipt> {
  const source = { size: zip.length, read: async (start: number, end: number) => zip.subarray(start, end) };
  const tree = await openZip(source, crc32);
  for await (const { ok, id, detail } of verifyTree(tree, { trust: pins.ca, vkey: pins.vkey, digest: nativeDigest }))
    if (!ok) throw new Error(`${id}: ${detail ?? ''}`);
  const read = (path: string) => readSmall(tree, path, LIMIT);
  const bytes = await read(receiptPaths.manifest);
  const manifest = decodeManifest(bytes);
  const same =
    manifest.agency === pins.agency &&
    manifest.record === record &&
    manifest.object.sha256 === sha256 &&
    manifest.object.size === size;
  if (!same) throw new Error('it is the receipt of something else');
  const inside = textOf(await read(receiptPaths.ca));
  const files = { tsa: textOf(await read(receiptPaths.tsa)), crl: await read(receiptPaths.crl), given: undefined };
  const time = openTime(files, inside, new Findings());
  return { manifest: sha256Hex(bytes), beliefs: { given: pins.ca, inside, signer: '', time } };
}
