import { rescue } from '../server/access/rescue.ts';
import { username } from '../server/access/shapes.ts';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { Fault } from '../server/errors.ts';
import { loggerOf } from '../server/logger.ts';
import type { Command } from './command.ts';

export const command: Command = {
  summary: {
    zh: '解锁安全管理员并签发一次性密码',
    en: 'Unlocks a security administrator and gives a one-time password',
  },
  usage: 'npx tiezheng rescue AGENCY_CODE USERNAME',
  besideServer: false,
  async run([code, name], env) {
    const known = username.safeParse(name);
    if (!code || !known.success) {
      process.stderr.write(`${this.usage}\n`);
      return 2;
    }
    const service = await compose(readConfig(env), loggerOf('error'));
    try {
      const password = await rescue(service.deps, code, known.data);
      process.stdout.write(`一次性密码 One-time password: ${password}\n`);
      return 0;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      process.stderr.write(`tiezheng: ${error.words('zh').title} ${error.words('en').title}\n`);
      return 1;
    } finally {
      await service.close();
    }
  },
};
