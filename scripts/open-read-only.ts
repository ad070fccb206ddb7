import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Config, readConfig } from '../server/config.ts';
import { documentKinds } from '../server/documents.ts';
import { kinds } from '../server/kinds.ts';
import { KeyRing } from '../server/ledger/keys.ts';
import { Ledger } from '../server/ledger/ledger.ts';
import { Sequencer } from '../server/ledger/sequencer.ts';
import { bindMasterKey, openMasterKey } from '../server/master-key.ts';
import { openInstallationLogKey } from '../server/seal/installation-keys.ts';
import { SqliteDocumentStore } from '../storage/documents/sqlite.ts';
import { SqliteLedgerStore } from '../storage/ledger/sqlite.ts';
import { FilesystemEvidenceStore, FilesystemWorkStore } from '../storage/objects/filesystem.ts';
import { SqliteDatabase } from '../storage/sqlite/client.ts';
import { DatabaseDamaged, DatabaseMissing } from '../storage/sqlite/errors.ts';

interface Stores {
  evidence: FilesystemEvidenceStore;
  work: FilesystemWorkStore;
}

/**
 * Opens an installation for reading, beside a live server: one snapshot of the database. `before` runs ahead of the snapshot, for
 * what must not be newer than it. A database that cannot be opened is an answer, not an error.
 */
export async function openReadOnly<T>(
  env: Record<string, string | undefined>,
  before: (config: Config, stores: Stores) => Promise<T>,
) {
  const config = readConfig(env);
  const evidence = new FilesystemEvidenceStore(join(config.DATA_DIR, 'evidence'));
  const work = new FilesystemWorkStore(join(config.DATA_DIR, 'work'));
  const first = await before(config, { evidence, work });
  let database: SqliteDatabase | undefined;
  try {
    database = await SqliteDatabase.open(config.DATA_DIR, { readOnly: true });
    const store = new SqliteLedgerStore(database);
    const documents = await SqliteDocumentStore.open(database, documentKinds);
    const random = (size: number) => randomBytes(size);
    const keyFile = openMasterKey(config.MASTER_KEY_FILE, config.DATA_DIR, false, random);
    await bindMasterKey(documents, keyFile);
    const keys = new KeyRing(documents, keyFile.key, random);
    const now = () => new Date();
    const ledger = new Ledger(store, documents, new Sequencer(store, now), keys, kinds);
    const { verifier } = await openInstallationLogKey({ documents, master: keyFile.key, random, now });
    const open = database;
    return {
      config,
      first,
      database,
      documents,
      evidence,
      work,
      on: { store, documents, ledger, keys, verifier },
      close: () => open.close(),
    };
  } catch (error) {
    await database?.close();
    if (error instanceof DatabaseDamaged || error instanceof DatabaseMissing)
      return { damaged: error.message } as const;
    throw error;
  }
}
