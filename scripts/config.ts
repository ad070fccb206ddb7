import { readConfig, showConfig } from '../server/config.ts';
import type { Command } from './command.ts';

export const command: Command = {
  summary: { zh: '显示配置（隐去秘密）', en: 'Shows the settings, secrets hidden' },
  usage: 'npx tiezheng config',
  besideServer: true,
  async run(_args, env) {
    process.stdout.write(`${showConfig(readConfig(env))}\n`);
    return 0;
  },
};
