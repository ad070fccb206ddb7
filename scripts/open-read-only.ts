import { randomBytes } from 'node:crypto';
import { type Config, readConfig } from '../server/config.ts';
import { databaseName, type ObjectEngines, openObjects, readDatabase } from '../server/engines.ts';
import { kinds } from '../server/kinds.ts';
import type { Finding } from '../server/ledger/finding.ts';
import { KeyRing, type MasterKey } from '../server/ledger/keys.ts';
import { Streams } from '../server/ledger/streams.ts';
import { MasterKeyWrong, openMasterKey } from '../server/master-key.ts';
import { readInstallationLogKey } from '../server/seal/installation-keys.ts';
import type { DocumentStore } from '../storage/documents/document-store.ts';

/**
 * Opens an installation for reading, beside a live server: of a file, one snapshot of the database. `before` runs ahead of the snapshot, for
 * what must not be newer than it. A database that cannot be opened, and a key that is not the right one, are findings, not errors.
 */
export async function openReadOnly<T>(
  env: Record<string, string | undefined>,
  before: (config: Config, objects: ObjectEngines) => Promise<T>,
) {
  const config = readConfig(env);
  const objects = openObjects(config, () => new Date());
  const { evidence, work, closeObjects } = objects;
  const first = await before(config, objects);
  const findings: Finding[] = [];
  const where = databaseName(config);
  const database = await readDatabase(config).catch((error: Error) => {
    findings.push({ grade: 'fault', where, what: error.message });
  });
  if (!database) return { first, findings, evidence, work, on: undefined, close: async () => closeObjects() };
  const { ledgerStore: store, documents } = database;
  const random = (size: number) => randomBytes(size);
  const { master, verifier } = await openKeys(config, documents, findings);
  // A ledger without the right key can still tell kinds and streams apart.
  const ring = new KeyRing(documents, master ?? { id: '', bytes: random(32) }, random);
  const ledger = new Streams(store, documents, ring, kinds);
  const on = { database, where, store, documents, ledger, keys: master && ring, verifier };
  const close = async () => {
    await database.closeDatabase();
    closeObjects();
  };
  return { first, findings, evidence, work, on, close };
}

/** The master key, when it is this installation's own, and the verifier key of signed heads, when it can be opened with it. */
async function openKeys(config: Config, documents: DocumentStore, findings: Finding[]) {
  const fault = (where: string, what: string) => findings.push({ grade: 'fault', where, what });
  const { MASTER_KEY_FILE, DATA_DIR } = config;
  let key: { key: MasterKey; path: string };
  try {
    key = openMasterKey(MASTER_KEY_FILE, DATA_DIR, false, () => new Uint8Array());
  } catch (error) {
    if (!(error instanceof MasterKeyWrong)) throw error;
    fault('master key', error.message);
    return {};
  }
  const current = await documents.get('master-key', 'current').catch(() => undefined);
  const own = (current?.body as { id?: string } | undefined)?.id;
  try {
    const { verifier } = await readInstallationLogKey(documents, key.key);
    if (own !== key.key.id)
      fault('document master-key current', 'it does not name the key that opens this installation');
    return { master: key.key, verifier };
  } catch (error) {
    if (own !== key.key.id) {
      fault(
        'master key',
        `${key.path} holds the key ${key.key.id}; this installation was made with ${own ?? 'another'}`,
      );
      return {};
    }
    fault('document installation-key log', (error as Error).message);
    return { master: key.key };
  }
}
