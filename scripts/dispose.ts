import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compose } from '../server/compose.ts';
import { type Config, readConfig } from '../server/config.ts';
import { SYSTEM_CHAIN } from '../server/deps.ts';
import { destroyReleased, type Outcome } from '../server/disposal/destroying.ts';
import { releasedKeys } from '../server/disposal/released.ts';
import { openDisposer } from '../server/engines.ts';
import { loggerOf } from '../server/logger.ts';
import { DeletionRefused, type KeptBy } from '../storage/objects/disposer.ts';
import type { Command } from './command.ts';
import { openReadOnly } from './open-read-only.ts';

type Env = Record<string, string | undefined>;

export const command: Command = {
  summary: {
    zh: '删除账本已准予销毁的原件及其清单（默认只列出）',
    en: 'Deletes the originals and manifests that the ledger released; lists them only, unless told',
  },
  usage: `npx tiezheng dispose [--yes]

Lists what approved disposals let go, and what of it a lock still keeps. Beside a live service.
--yes   deletes it, version by version, looks that it is gone, and enters that. With database or objects in a data folder, stop the service first.

In a bucket it is done by OBJECTS_DISPOSAL=key:secret, else by the AWS variables: never by the key of the service. No lock is lifted: what is locked
is taken by a run after its lock has ended.

Exit codes: 0 done, 1 the store refused, 2 not understood.`,
  besideServer: false,
  async run(args, env) {
    if (args.some((arg) => arg !== '--yes')) {
      process.stderr.write(`${this.usage}\n`);
      return 2;
    }
    try {
      return await (args.length > 0 ? carryOut(readConfig(env)) : list(env));
    } catch (error) {
      if ((error as Error).name !== 'CredentialsProviderError') throw error;
      process.stderr.write('tiezheng: 请设置 OBJECTS_DISPOSAL 或 AWS 变量 set OBJECTS_DISPOSAL or the AWS variables\n');
      return 2;
    }
  },
};

/** Reads only. */
async function list(env: Env): Promise<number> {
  const { findings, on, close } = await openReadOnly(env, async () => {});
  const disposer = openDisposer(readConfig(env), () => new Date());
  let refused = 0;
  try {
    if (!on) throw new Error(findings.map(({ where, what }) => `${where}: ${what}`).join('\n'));
    const keys = await releasedKeys(on.documents, await on.store.chains());
    for (const [key, since] of keys) {
      const by = await disposer.keptBy(key).catch((error) => {
        if (!(error instanceof DeletionRefused)) throw error;
        refused += 1;
        return error;
      });
      const released = `可删除，准予于 may be deleted, released ${since}`;
      tell(key, by instanceof Error ? refusedWords(by.message) : by ? keptWords(by) : released);
    }
    process.stdout.write(`${keys.size} 个对象待删除 objects to delete; --yes 执行 does it\n`);
    return refused > 0 ? 1 : 0;
  } finally {
    disposer.close();
    await close();
  }
}

async function carryOut(config: Config): Promise<number> {
  const { own, remove } = ownFolder(config);
  const disposer = openDisposer(config, () => new Date());
  const counts = { deleted: 0, kept: 0, refused: 0 };
  try {
    const { deps, close } = await compose(own, loggerOf('warn'));
    try {
      for (const chain of await deps.ledgerStore.chains()) {
        if (chain === SYSTEM_CHAIN) continue;
        for await (const outcome of destroyReleased(deps, disposer, chain)) {
          counts[outcome.end] += 1;
          tell(outcome.key, words(outcome));
        }
      }
    } finally {
      await close();
    }
  } finally {
    disposer.close();
    remove();
  }
  const { deleted, kept, refused } = counts;
  process.stdout.write(`已删除 deleted: ${deleted}, 仍被锁定 still locked: ${kept}, 被拒绝 refused: ${refused}\n`);
  return refused > 0 ? 1 : 0;
}

/** Beside processes that share a database server the command needs a folder that none of them holds. */
function ownFolder(config: Config): { own: Config; remove: () => void } {
  const { DATABASE_URL, OBJECTS_URL } = config;
  if (!DATABASE_URL?.startsWith('mongodb') || !OBJECTS_URL?.startsWith('s3:')) return { own: config, remove: () => {} };
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'tiezheng-dispose-'));
  const MASTER_KEY_FILE = resolve(config.MASTER_KEY_FILE ?? join(config.DATA_DIR, 'master.key'));
  return {
    own: { ...config, DATA_DIR, MASTER_KEY_FILE, WITNESS_LOGS: '' },
    remove: () => rmSync(DATA_DIR, { recursive: true, force: true }),
  };
}

const tell = (key: string, what: string) => process.stdout.write(`${key}\t${what}\n`);

function words(outcome: Outcome): string {
  switch (outcome.end) {
    case 'deleted':
      return `已删除 deleted (${outcome.versions})`;
    case 'kept':
      return keptWords(outcome.by);
    case 'refused':
      return refusedWords(outcome.why);
  }
}

const refusedWords = (why: string) => `被拒绝 refused: ${why}`;

const keptWords = ({ until, hold }: KeptBy) =>
  [until && `锁定至 locked until ${until.toISOString()}`, hold && '被留置 under a legal hold']
    .filter(Boolean)
    .join(', ');
