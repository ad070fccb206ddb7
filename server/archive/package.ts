import { packageKey } from '../../storage/objects/layout.ts';
import type { Deps } from '../deps.ts';
import { beginContainer, endContainer } from './asic-content.ts';
import { fill } from './bag-content.ts';
import { unsealed } from './commands.ts';
import { type Dossier, gather } from './dossier.ts';
import type { ExportEvent, ExportForm } from './events.ts';
import { ExportFault } from './export-fault.ts';
import { caseName } from './metadata.ts';
import { PackageZip } from './package-zip.ts';
import { reportProgress } from './progress.ts';

/** One package to be made. */
export interface Job {
  chain: string;
  exportId: string;
  caseId: string;
  form: ExportForm;
}

/** The one outermost folder of a bag in a zip (RFC 8493 section 4). */
const FOLDER = 'bag/';

const extensions: Record<ExportForm, string> = { bag: 'zip', asice: 'asice' };

type PackagedData = Extract<ExportEvent, { type: 'export.packaged' }>['data'];

/**
 * Makes the package of a case as it is now: a BagIt 1.0 bag (RFC 8493), signed over its tag manifest, in a zip or an ASiC-E container, under the
 * export's key in the work store. Bytes are streamed; each original is compared with the digest that it was sealed with on its way.
 * Throws ExportFault for what trying again would not change.
 */
export async function writePackage(deps: Deps, job: Job, signal: AbortSignal): Promise<PackagedData> {
  const dossier = await gather(deps, job.chain, job.caseId);
  const waiting = unsealed(dossier.records);
  if (waiting.length > 0)
    throw new ExportFault(
      'NOT_SEALED',
      waiting.map(({ id }) => id),
    );
  const total = sizeOf(dossier);
  const free = await deps.work.freeSpace();
  if (free < total + deps.config.FREE_SPACE_RESERVE) throw new ExportFault('STORAGE_FULL', []);
  const progress = await reportProgress(deps.documents, deps.now, job.chain, job.exportId);
  await progress.begin(total);
  const { signer } = deps;
  const failed = new AbortController();
  const zip = new PackageZip({
    folder: job.form === 'bag' ? FOLDER : '',
    time: deps.now(),
    signal: AbortSignal.any([signal, failed.signal]),
    onBytes: (bytes) => progress.add(bytes),
  });
  const stored = deps.work.put(packageKey(job.chain, job.exportId), zip.output);
  stored.catch((error) => failed.abort(error));
  try {
    if (job.form === 'asice') beginContainer(zip);
    const tagmanifest = await fill(deps, dossier, job.form, zip);
    if (job.form === 'asice') await endContainer(deps, signer, zip);
    zip.end();
    await stored;
    const name = `案卷-${caseName(dossier)}.${extensions[job.form]}`;
    return { ...zip.result(), caseVersion: dossier.case.version, tagmanifest, name };
  } catch (error) {
    const cause = failed.signal.aborted && !(error instanceof ExportFault) ? failed.signal.reason : error;
    failed.abort(cause);
    await stored.catch(() => {});
    if ((cause as NodeJS.ErrnoException).code === 'ENOSPC') throw new ExportFault('STORAGE_FULL', [], { cause });
    throw cause;
  }
}

/** Bytes of the originals and entries: what the progress counts, and nearly all of the package. */
function sizeOf({ records, entries }: Dossier): number {
  const originals = records.reduce((sum, { state, object }) => sum + (state === 'sealed' ? (object?.size ?? 0) : 0), 0);
  return entries.reduce((sum, { bytes }) => sum + bytes.length, originals);
}
