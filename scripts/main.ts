import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Command } from './command.ts';
import { commands } from './commands.ts';

// As the service does (server/main.ts): what was stripped and compiled once is neither made nor held again.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tiezheng', import.meta.url)));

const [name, ...args] = process.argv.slice(2);
const load = name && Object.hasOwn(commands, name) ? commands[name] : undefined;

if (!name || name === '--help' || name === '-h' || name === 'help') {
  process.stdout.write(await help());
} else if (!load) {
  process.stderr.write(`tiezheng: no command ${name}; npx tiezheng --help lists them (没有此命令)\n`);
  process.exitCode = 2;
} else {
  const command = await load();
  if (args.includes('--help') || args.includes('-h'))
    process.stdout.write(`${command.usage}\n\n${command.summary.zh}\n${command.summary.en}\n`);
  else process.exitCode = await run(command);
}

/** What every command may meet (settings, keys, a folder in use) is told in one way. */
async function run(chosen: Command): Promise<number> {
  try {
    return await chosen.run(args, process.env);
  } catch (error) {
    const { exitOf } = await import('../server/exit-codes.ts');
    const { code, message } = exitOf(error);
    process.stderr.write(`tiezheng: ${message}\n`);
    return code;
  }
}

async function help(): Promise<string> {
  const width = Math.max(...Object.keys(commands).map((key) => key.length));
  const lines = Object.entries(commands).map(async ([key, load]) => {
    const { summary, besideServer } = await load();
    const beside = besideServer ? '可与服务同时运行 beside a live server' : '须先停止服务 stop the server first';
    return `  ${key.padEnd(width)}  ${summary.zh} ${summary.en} [${beside}]`;
  });
  return `铁证 Tiezheng\n\nnpx tiezheng COMMAND [--help]\n\n${(await Promise.all(lines)).join('\n')}\n`;
}
