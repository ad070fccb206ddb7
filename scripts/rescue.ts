import { pino } from 'pino';
import { rescue } from '../server/access/rescue.ts';
import { username } from '../server/access/shapes.ts';
import { compose } from '../server/compose.ts';
import { ConfigFaults, readConfig } from '../server/config.ts';
import { Fault } from '../server/errors.ts';
import { DataDirLocked } from '../storage/lock.ts';
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
    try {
      const service = await compose(readConfig(env), pino({ level: 'error' }, pino.destination(2)));
      try {
        const password = await rescue(service.deps, code, known.data);
        process.stdout.write(`一次性密码 One-time password: ${password}\n`);
      } finally {
        await service.close();
      }
      return 0;
    } catch (error) {
      if (error instanceof Fault) return tell(1, `${error.words('zh').title} ${error.words('en').title}`);
      if (error instanceof DataDirLocked) return tell(75, error.message);
      if (error instanceof ConfigFaults) return tell(78, error.message);
      throw error;
    }
  },
};

function tell(code: number, message: string): number {
  process.stderr.write(`tiezheng: ${message}\n`);
  return code;
}
