import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readConfig } from '../server/config.ts';
import { documentKinds } from '../server/documents.ts';
import { KeptKeys } from '../server/log/kept-keys.ts';
import { MasterKeyWrong, openMasterKey } from '../server/master-key.ts';
import { rewrapKeys } from '../server/seal/rewrap.ts';
import type { DocumentStore } from '../storage/documents/document-store.ts';
import { SqliteDocumentStore } from '../storage/documents/sqlite.ts';
import { SqliteLedgerStore } from '../storage/ledger/sqlite.ts';
import { lockDataDir } from '../storage/lock.ts';
import { FilesystemWorkStore } from '../storage/objects/filesystem.ts';
import { SqliteDatabase } from '../storage/sqlite/client.ts';
import type { Command } from './command.ts';

export const command: Command = {
  summary: { zh: '更换主密钥：以新主密钥重新封装全部密钥', en: 'Wraps all keys anew under a new master key' },
  usage:
    'npx tiezheng rewrap NEW_KEY_FILE\n\nThe file is made when it is absent. Afterwards name it in MASTER_KEY_FILE.',
  besideServer: false,
  async run([file], env) {
    if (!file) {
      process.stderr.write(`${command.usage}\n`);
      return 2;
    }
    const config = readConfig(env);
    const random = (size: number) => randomBytes(size);
    const old = openMasterKey(config.MASTER_KEY_FILE, config.DATA_DIR, false, random);
    const lock = lockDataDir(config.DATA_DIR);
    try {
      const next = openMasterKey(file, config.DATA_DIR, true, random);
      if (next.key.id === old.key.id) throw new MasterKeyWrong(`${next.path} holds the present key`);
      const database = await SqliteDatabase.open(config.DATA_DIR);
      try {
        const documents = await SqliteDocumentStore.open(database, documentKinds);
        const count = await rewrapKeys(documents, old.key, next.key);
        await keepRewrapped(database, documents, config.DATA_DIR, next.key.id);
        process.stdout.write(
          `${count} keys wrapped under ${next.key.id} (已重新封装 ${count} 个密钥)\nMASTER_KEY_FILE=${next.path}\n`,
        );
        return 0;
      } finally {
        await database.close();
      }
    } finally {
      lock.release();
    }
  },
};

/** The copies in the work store too; when this is cut short, the next start does it. */
async function keepRewrapped(database: SqliteDatabase, documents: DocumentStore, dir: string, master: string) {
  const ledgerStore = new SqliteLedgerStore(database);
  const work = new FilesystemWorkStore(join(dir, 'work'));
  await work.prepare();
  const sizes = new Map<string, number>();
  for (const chain of await ledgerStore.chains()) sizes.set(chain, (await ledgerStore.head(chain)).size);
  await new KeptKeys({ ledgerStore, documents, work, master }).open(sizes);
}
