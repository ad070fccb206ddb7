import '../../verify/global-buffer.ts';
import { receiptPaths } from '../../../signing/package-layout.ts';
import type { FileTree } from '../../verify/file-tree.ts';
import { verifyFiles } from '../../verify/run.ts';
import type { Progress } from '../../verify/view.ts';

export type { Progress } from '../../verify/view.ts';

/** A receipt that was looked into: the manifest that its signature is over, and the paper for people. */
export interface Opened {
  manifest: string | undefined;
  paper: File | undefined;
}

/** Checks a receipt in this browser, as the page for strangers does, under root and log key of this service. */
export async function verifyReceipt(
  receipt: File,
  agencyId: string,
  signal: AbortSignal,
  tell: (progress: Progress) => void,
): Promise<Opened | undefined> {
  const [trust, vkey] = await Promise.all(
    ['/api/v1/trust/ca.pem', `/api/v1/trust/logs/${agencyId}`].map(async (path) =>
      (await fetch(path, { signal })).text(),
    ),
  );
  const found = Promise.resolve([{ path: receipt.name, file: receipt }]);
  const beliefs = { trust, vkey: vkey?.trim(), crl: undefined, witnesses: [] };
  const result = await verifyFiles(found, beliefs, signal, tell);
  return result && (await open(result.files, receipt.name));
}

async function open(files: FileTree, name: string): Promise<Opened> {
  const [manifest, paper] = await Promise.all([
    files.blob(receiptPaths.manifest, 'application/json').catch(() => undefined),
    files.blob(receiptPaths.paper, 'application/pdf').catch(() => undefined),
  ]);
  return {
    manifest: await manifest?.text(),
    paper: paper && new File([paper], name.replace(/\.zip$/, '.pdf'), { type: 'application/pdf' }),
  };
}
