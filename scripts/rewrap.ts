import { randomBytes } from 'node:crypto';
import { type Config, readConfig } from '../server/config.ts';
import { type DatabaseEngines, openDatabase, openObjects } from '../server/engines.ts';
import { KeptKeys } from '../server/log/kept-keys.ts';
import { MasterKeyWrong, openMasterKey } from '../server/master-key.ts';
import { rewrapKeys } from '../server/seal/rewrap.ts';
import { lockDataDir } from '../storage/lock.ts';
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
      const database = await openDatabase(config, async () => {});
      try {
        const count = await rewrapKeys(database.documents, old.key, next.key);
        await keepRewrapped(database, config, next.key.id);
        process.stdout.write(
          `${count} keys wrapped under ${next.key.id} (已重新封装 ${count} 个密钥)\nMASTER_KEY_FILE=${next.path}\n`,
        );
        return 0;
      } finally {
        await database.closeDatabase();
      }
    } finally {
      lock.release();
    }
  },
};

/** The copies in the work store too; when this is cut short, the next start does it. */
async function keepRewrapped({ ledgerStore, documents }: DatabaseEngines, config: Config, master: string) {
  const { work, prepareObjects, closeObjects } = openObjects(config, () => new Date());
  await prepareObjects();
  const sizes = new Map<string, number>();
  for (const chain of await ledgerStore.chains()) sizes.set(chain, (await ledgerStore.head(chain)).size);
  await new KeptKeys({ ledgerStore, documents, work, master }).open(sizes);
  closeObjects();
}
