import { exitOf } from '../server/exit-codes.ts';
import type { Command } from './command.ts';
import { commands } from './commands.ts';

const [name, ...args] = process.argv.slice(2);
const command = name && Object.hasOwn(commands, name) ? commands[name] : undefined;

if (!name || name === '--help' || name === '-h' || name === 'help') {
  process.stdout.write(help());
} else if (!command) {
  process.stderr.write(`tiezheng: no command ${name}; npx tiezheng --help lists them (没有此命令)\n`);
  process.exitCode = 2;
} else if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(`${command.usage}\n\n${command.summary.zh}\n${command.summary.en}\n`);
} else {
  process.exitCode = await run(command);
}

/** What every command may meet (settings, keys, a folder in use) is told in one way. */
async function run(chosen: Command): Promise<number> {
  try {
    return await chosen.run(args, process.env);
  } catch (error) {
    const { code, message } = exitOf(error);
    process.stderr.write(`tiezheng: ${message}\n`);
    return code;
  }
}

function help(): string {
  const width = Math.max(...Object.keys(commands).map((key) => key.length));
  const lines = Object.entries(commands).map(([key, { summary, besideServer }]) => {
    const beside = besideServer ? '可与服务同时运行 beside a live server' : '须先停止服务 stop the server first';
    return `  ${key.padEnd(width)}  ${summary.zh} ${summary.en} [${beside}]`;
  });
  return `铁证 Tiezheng\n\nnpx tiezheng COMMAND [--help]\n\n${lines.join('\n')}\n`;
}
