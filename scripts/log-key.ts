import { chainVerifier } from '../signing/checkpoint.ts';
import type { Command } from './command.ts';
import { openReadOnly } from './open-read-only.ts';

export const command: Command = {
  summary: { zh: '打印各账本的公钥（C2SP vkey）', en: 'Prints the verifier key of each log (C2SP vkey)' },
  usage: 'npx tiezheng log-key',
  besideServer: true,
  async run(_args, env) {
    const { findings, on, close } = await openReadOnly(env, async () => undefined);
    try {
      for (const { where, what } of findings) process.stderr.write(`tiezheng: ${where}: ${what}\n`);
      if (!on?.verifier) return 1;
      const { verifier, store } = on;
      for (const chain of await store.chains()) process.stdout.write(`${chainVerifier(verifier, chain)}\n`);
      return 0;
    } finally {
      await close();
    }
  },
};
