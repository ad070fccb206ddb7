import '../../verify/global-buffer.ts';
import { type PackagedRecord, receiptPaths } from '../../../signing/package-layout.ts';
import type { FileTree, FoundFile } from '../../verify/file-tree.ts';
import { readRecords } from '../../verify/packaged-records.ts';
import { type Beliefs, verifyFiles } from '../../verify/run.ts';
import type { Progress } from '../../verify/summary.ts';

export interface Asked {
  found: readonly FoundFile[];
  beliefs: Beliefs;
}

/** What was looked into: the records of a package; of a receipt the manifest that its signature is over, and the paper for people. */
export interface Opened {
  records: readonly PackagedRecord[];
  manifest: string | undefined;
  paper: Blob | undefined;
}

export type Told = { progress: Progress } | { opened: Opened | undefined };

const tell = (told: Told) => postMessage(told);

addEventListener('message', async ({ data: { found, beliefs } }: MessageEvent<Asked>) => {
  const never = new AbortController().signal;
  const result = await verifyFiles(Promise.resolve(found), beliefs, never, (progress) => tell({ progress }));
  tell({ opened: result && (await open(result.files)) });
});

async function open(files: FileTree): Promise<Opened> {
  const [records, manifest, paper] = await Promise.all([
    readRecords(files),
    files.blob(receiptPaths.manifest, 'application/json').catch(() => undefined),
    files.blob(receiptPaths.paper, 'application/pdf').catch(() => undefined),
  ]);
  return { records, manifest: await manifest?.text(), paper };
}
