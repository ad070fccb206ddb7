import { issueSetupLink, type SetupLinkState, setupAddress } from '../server/access/setup-link.ts';
import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { loggerOf } from '../server/logger.ts';
import type { Command } from './command.ts';

export const command: Command = {
  summary: { zh: '重新生成首次初始化链接（一小时内一次有效）', en: 'Makes a new link for the first set-up' },
  usage: 'npx tiezheng setup-link',
  besideServer: true,
  run: (_args, env) => printLink(env, 'first'),
};

/** Prints a set-up link on stdout; it is a secret until it is used, so it goes through no log. Resolves to the exit code. */
export async function printLink(
  env: Record<string, string | undefined>,
  purpose: SetupLinkState['purpose'],
): Promise<number> {
  const config = readConfig(env);
  const { deps, close } = await compose(config, loggerOf('error'), { mode: 'beside' });
  const token = await issueSetupLink(deps, purpose);
  await close();
  if (!token) {
    process.stderr.write('tiezheng: 已建立机关；增设机关请用 npx tiezheng agency add\n');
    process.stderr.write('tiezheng: an agency is there already; npx tiezheng agency add makes a further one\n');
    return 1;
  }
  const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
  const address = setupAddress(config.PUBLIC_URL ?? `http://${host}:${config.PORT}`, token);
  process.stdout.write(`请在一小时内打开，一次有效 Good once, within one hour:\n${address}\n`);
  return 0;
}
