import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { openMasterKey } from '../server/master-key.ts';
import { rewrapKeys } from '../server/seal/rewrap.ts';
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
    const { deps, close } = await compose(config, pino({ level: 'warn' }, pino.destination(2)));
    const random = (size: number) => randomBytes(size);
    const old = openMasterKey(config.MASTER_KEY_FILE, config.DATA_DIR, false, random);
    const next = openMasterKey(file, config.DATA_DIR, true, random);
    const count = await rewrapKeys(deps.documents, old.key, next.key);
    await close();
    process.stdout.write(
      `${count} keys wrapped under ${next.key.id} (已重新封装 ${count} 个密钥)\nMASTER_KEY_FILE=${next.path}\n`,
    );
    return 0;
  },
};
