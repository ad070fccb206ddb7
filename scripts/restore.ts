import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../server/config.ts';
import type { Finding } from '../server/ledger/finding.ts';
import { readMasterKey } from '../server/master-key.ts';
import { readCheckpoints } from '../server/restore/checkpoints.ts';
import { readInstallation } from '../server/restore/installation.ts';
import { ObjectUnusable } from '../server/restore/unusable.ts';
import { chainVerifier } from '../signing/checkpoint.ts';
import { lockDataDir } from '../storage/lock.ts';
import { INSTALLATION_KEYS } from '../storage/objects/key-layout.ts';
import { DATABASE_FILE } from '../storage/sqlite/client.ts';
import type { Command } from './command.ts';
import { check } from './fsck.ts';
import { restoreInto } from './restore-into.ts';
import { copyStores, folderOf, storesIn } from './restore-stores.ts';
import { wordsOf } from './restore-words.ts';
import { readVerifierKey } from './verify.ts';

export interface Asked {
  /** Folder that holds `evidence` and `work`. */
  objects: string;
  to: string;
  masterKey: string;
  vkey: string | undefined;
  check: boolean;
}

export const command: Command = {
  summary: {
    zh: '仅凭对象存储与主密钥恢复整套系统',
    en: 'Restores an installation from its object stores and the master key',
  },
  usage: `npx tiezheng restore --objects DIR [--master-key FILE] [--to DATA_DIR] [--vkey KEY] [--check]

--objects     folder (or file: address) that holds evidence/ and work/
--master-key  file of the master key; else MASTER_KEY_FILE
--to          data folder of the new installation; else DATA_DIR. Objects are copied there, unless it is the same folder
--vkey        verifier key of one of the logs, or a file that holds it, from another channel
--check       all of fsck afterwards, every object against its digest

Exit codes: 0 all is there, 1 something is missing or refused, 2 not understood or not possible there.`,
  besideServer: false,
  async run(args, env) {
    const asked = readArgs(args, env);
    if (!asked) return refuse(this.usage);
    if (existsSync(join(asked.to, DATABASE_FILE)))
      return refuse(`${join(asked.to, DATABASE_FILE)} 已存在，请先移走 is there: move it away first`);
    const missing = ['evidence', 'work'].find((name) => !existsSync(join(asked.objects, name)));
    if (missing) return refuse(`${join(asked.objects, missing)} 不存在 is not there`);
    const lock = lockDataDir(asked.to);
    try {
      return await restoreFrom(asked, env, (line) => process.stdout.write(`${line}\n`));
    } finally {
      lock.release();
    }
  },
};

function refuse(words: string): number {
  process.stderr.write(`tiezheng: ${words}\n`);
  return 2;
}

function readArgs(args: string[], env: Record<string, string | undefined>): Asked | undefined {
  const { DATA_DIR, MASTER_KEY_FILE } = readConfig(env);
  const text = { type: 'string' } as const;
  try {
    const options = { objects: text, 'master-key': text, to: text, vkey: text, check: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args, options });
    const objects = values.objects === undefined ? undefined : folderOf(values.objects);
    const masterKey = values['master-key'] ?? MASTER_KEY_FILE;
    if (objects === undefined || masterKey === undefined) return undefined;
    const to = resolve(values.to ?? DATA_DIR);
    return { objects, to, masterKey: resolve(masterKey), vkey: values.vkey, check: values.check ?? false };
  } catch {
    return undefined;
  }
}

/**
 * Restores into a folder without a database that nobody else works on. Every finding, and what to do next, is a line for `print`. Resolves to
 * the exit code. Throws MasterKeyWrong.
 */
export async function restoreFrom(
  asked: Asked,
  env: Record<string, string | undefined>,
  print: (line: string) => void,
): Promise<number> {
  let faults = 0;
  const show = ({ grade, where, what }: Finding) => {
    if (grade === 'fault') faults += 1;
    print(`${grade === 'fault' ? '✗' : '·'} ${where}: ${what}`);
  };
  try {
    const from = storesIn(asked.objects);
    const installation = await readInstallation(from.work, readMasterKey(asked.masterKey));
    const { verifier } = installation.logKey;
    const checkpoints = await readCheckpoints(from, verifier, show);
    const known = asked.vkey === undefined || (await isKeyOf(asked.vkey, checkpoints.keys(), verifier));
    if (!known) throw new ObjectUnusable(INSTALLATION_KEYS, 'its log key is not the one given by --vkey');
    const stores = storesIn(asked.to);
    await Promise.all([stores.evidence.prepare(), stores.work.prepare()]);
    if (asked.objects !== asked.to) await copyStores(from, stores);
    const restored = await restoreInto(asked.to, stores, installation, checkpoints, show);
    const here = { DATABASE_URL: undefined, OBJECTS_URL: undefined };
    if (asked.check) await check({ ...env, ...here, DATA_DIR: asked.to, MASTER_KEY_FILE: asked.masterKey }, show);
    for (const line of wordsOf(asked, restored, verifier, faults)) print(line);
    return faults > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ObjectUnusable)) throw error;
    print(`✗ 无法恢复 nothing can be restored: object ${error.key}: ${error.message}`);
    return 1;
  }
}

/** Whether a verifier key that came another way is that of one of the logs: all have the installation's key. */
async function isKeyOf(given: string, chains: Iterable<string>, verifier: string): Promise<boolean> {
  const key = await readVerifierKey(given).catch((error) => `${error}`);
  return [...chains].some((chain) => chainVerifier(verifier, chain) === key);
}
