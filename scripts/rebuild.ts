import { compose } from '../server/compose.ts';
import { readConfig } from '../server/config.ts';
import { SYSTEM_CHAIN } from '../server/deps.ts';
import { kinds } from '../server/kinds.ts';
import { refold } from '../server/ledger/refold.ts';
import { loggerOf } from '../server/logger.ts';
import type { Command } from './command.ts';
import { progressBar } from './progress.ts';

export const command: Command = {
  summary: { zh: '丢弃全部视图并由账本重新生成', en: 'Throws all views away and folds them again' },
  usage: 'npx tiezheng rebuild',
  besideServer: false,
  async run(_args, env) {
    const { deps, close } = await compose(readConfig(env), loggerOf('warn'));
    let entries = 0;
    for (const chain of await deps.ledgerStore.chains()) entries += (await deps.ledgerStore.head(chain)).size;
    const bar = progressBar('rebuild', entries);
    let passed = 0;
    await refold(deps.ledgerStore, deps.documents, deps.ledger, kinds.all, (done) => {
      bar.add(done - passed);
      passed = done;
    });
    await deps.entries.forget();
    for (const chain of await deps.ledgerStore.chains()) {
      if (chain !== SYSTEM_CHAIN) await deps.entries.grow(chain);
      await deps.ledgerStore.replaceClaims(chain, await deps.ledger.claims.ofChain(kinds, chain));
    }
    bar.end();
    await close();
    process.stdout.write(`${entries} entries folded again (已由 ${entries} 条记录重新生成全部视图)\n`);
    return 0;
  },
};
