import type { Command } from './command.ts';
import { printLink } from './setup-link.ts';

export const command: Command = {
  summary: { zh: '增设机关：打印其初始化链接', en: 'Prints the set-up link of a further agency' },
  usage: 'npx tiezheng agency add',
  besideServer: true,
  async run(args, env) {
    if (args.length === 1 && args[0] === 'add') return await printLink(env, 'agency');
    process.stderr.write(`${this.usage}\n`);
    return 2;
  },
};
