import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { documentKinds } from '../server/documents.ts';
import { headFiles } from '../server/head-files.ts';
import type { Finding } from '../server/ledger/finding.ts';
import type { RestoredInstallation } from '../server/restore/installation.ts';
import { restore } from '../server/restore/restore.ts';
import { type WayBack, waysBack } from '../server/restore/way-back.ts';
import type { Checkpoint } from '../signing/checkpoint.ts';
import { SqliteDocumentStore } from '../storage/documents/sqlite.ts';
import { SqliteLedgerStore } from '../storage/ledger/sqlite.ts';
import { syncFolder } from '../storage/objects/durable.ts';
import { DATABASE_FILE, SqliteDatabase } from '../storage/sqlite/client.ts';
import { progressBar } from './progress.ts';
import type { FolderStores } from './restore-stores.ts';

export interface Restored {
  /** Entries of each chain. */
  sizes: ReadonlyMap<string, number>;
  ways: WayBack[];
}

/** Makes the database of a data folder whose stores are in place. It gets its name when it is whole: a restore that was cut short is run again. */
export async function restoreInto(
  dir: string,
  stores: FolderStores,
  installation: RestoredInstallation,
  checkpoints: ReadonlyMap<string, Checkpoint>,
  show: (finding: Finding) => void,
): Promise<Restored> {
  const making = join(dir, '.restoring');
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  const database = await SqliteDatabase.open(making);
  const entries = [...checkpoints.values()].reduce((sum, { size }) => sum + size, 0);
  const bar = progressBar('restore', 3 * entries);
  try {
    const ledgerStore = new SqliteLedgerStore(database);
    const documents = await SqliteDocumentStore.open(database, documentKinds);
    const heads = headFiles(join(dir, 'heads'));
    const random = (size: number) => randomBytes(size);
    const tell = (finding: Finding) => {
      bar.end();
      show(finding);
    };
    const restoring = { installation, stores, ledgerStore, documents, heads, random, tell, progress: bar.add };
    const sizes = await restore(restoring, checkpoints);
    bar.end();
    const ways = await Array.fromAsync(waysBack(documents));
    await database.close();
    await rename(join(making, DATABASE_FILE), join(dir, DATABASE_FILE));
    await rm(making, { recursive: true });
    await syncFolder(dir);
    return { sizes, ways };
  } finally {
    await database.close();
  }
}
