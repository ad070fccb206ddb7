import { randomBytes } from 'node:crypto';
import type { Finding } from '../server/ledger/finding.ts';
import type { RestoredInstallation } from '../server/restore/installation.ts';
import { restore } from '../server/restore/restore.ts';
import { type WayBack, waysBack } from '../server/restore/way-back.ts';
import type { Checkpoint } from '../signing/checkpoint.ts';
import { progressBar } from './progress.ts';
import type { RestorePlace } from './restore-places.ts';

export interface Restored {
  /** Entries of each chain. */
  sizes: ReadonlyMap<string, number>;
  ways: WayBack[];
}

/** Makes the database of a place. A restore that was cut short is run again. Throws DatabaseThere, LedgerDiffers. */
export async function restoreInto(
  place: RestorePlace,
  installation: RestoredInstallation,
  checkpoints: ReadonlyMap<string, Checkpoint>,
  show: (finding: Finding) => void,
): Promise<Restored> {
  const { stores, heads, database } = await place.begin();
  const { ledgerStore, documents } = database;
  const entries = [...checkpoints.values()].reduce((sum, { size }) => sum + size, 0);
  const bar = progressBar('restore', 3 * entries);
  try {
    const random = (size: number) => randomBytes(size);
    const tell = (finding: Finding) => {
      bar.end();
      show(finding);
    };
    const restoring = { installation, stores, ledgerStore, documents, heads, random, tell, progress: bar.add };
    const sizes = await restore(restoring, checkpoints);
    bar.end();
    const ways = await Array.fromAsync(waysBack(documents));
    await database.finish();
    return { sizes, ways };
  } finally {
    await database.close();
  }
}
