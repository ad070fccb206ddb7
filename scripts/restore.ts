import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../server/config.ts';
import { LedgerDiffers } from '../server/ledger/append-rest.ts';
import type { Finding } from '../server/ledger/finding.ts';
import { readMasterKey } from '../server/master-key.ts';
import { readCheckpoints } from '../server/restore/checkpoints.ts';
import { readInstallation } from '../server/restore/installation.ts';
import { ObjectUnusable } from '../server/restore/unusable.ts';
import { chainVerifier } from '../signing/checkpoint.ts';
import { lockDataDir } from '../storage/lock.ts';
import { INSTALLATION_KEYS } from '../storage/objects/key-layout.ts';
import type { Command } from './command.ts';
import { check } from './fsck.ts';
import { restoreInto } from './restore-into.ts';
import { DatabaseThere, folderPlace, type RestorePlace, settingsPlace } from './restore-places.ts';
import { folderOf } from './restore-stores.ts';
import { wordsOf } from './restore-words.ts';
import { readVerifierKey } from './verify.ts';

interface Asked {
  /** Folder that holds `evidence` and `work`. */
  objects: string;
  to: string;
  masterKey: string;
  vkey: string | undefined;
  check: boolean;
}

type Env = Record<string, string | undefined>;
type Print = (line: string) => void;

export const command: Command = {
  summary: {
    zh: '仅凭对象存储与主密钥恢复整套系统',
    en: 'Restores an installation from its object stores and the master key',
  },
  usage: `npx tiezheng restore --objects DIR [--master-key FILE] [--to DATA_DIR] [--vkey KEY] [--check]
npx tiezheng restore [--master-key FILE] [--vkey KEY] [--check]

--objects     folder (or file: address) that holds evidence/ and work/. Without it: the stores of OBJECTS_URL, in place, and the database
              of DATABASE_URL, one of which must be on a server
--master-key  file of the master key; else MASTER_KEY_FILE
--to          data folder of the new installation; else DATA_DIR. Objects are copied there, unless it is the same folder
--vkey        verifier key of one of the logs, or a file that holds it, from another channel
--check       all of fsck afterwards, every object against its digest

Exit codes: 0 all is there, 1 something is missing or refused, 2 not understood or not possible there.`,
  besideServer: false,
  async run(args, env) {
    const asked = readArgs(args, env);
    if (!asked) return refuse(this.usage);
    const { objects, to } = asked;
    const missing = objects !== undefined && ['evidence', 'work'].find((name) => !existsSync(join(objects, name)));
    if (missing) return refuse(`${join(objects, missing)} 不存在 is not there`);
    const lock = lockDataDir(to);
    const place = objects === undefined ? settingsPlace(readConfig(env), env) : folderPlace({ objects, to }, env);
    try {
      return await restoreAt(place, asked, (line) => process.stdout.write(`${line}\n`));
    } catch (error) {
      if (!(error instanceof DatabaseThere)) throw error;
      return refuse(error.message);
    } finally {
      place.close();
      lock.release();
    }
  },
};

function refuse(words: string): number {
  process.stderr.write(`tiezheng: ${words}\n`);
  return 2;
}

type Wanted = Omit<Asked, 'objects'> & { objects: string | undefined };

function readArgs(args: string[], env: Env): Wanted | undefined {
  const { DATA_DIR, MASTER_KEY_FILE, DATABASE_URL, OBJECTS_URL } = readConfig(env);
  const text = { type: 'string' } as const;
  try {
    const options = { objects: text, 'master-key': text, to: text, vkey: text, check: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args, options });
    const objects = values.objects === undefined ? undefined : folderOf(values.objects);
    const masterKey = values['master-key'] ?? MASTER_KEY_FILE;
    const onServers = DATABASE_URL?.startsWith('mongodb') || OBJECTS_URL?.startsWith('s3:');
    const named = values.objects === undefined && values.to === undefined && onServers;
    if ((objects === undefined && !named) || masterKey === undefined) return undefined;
    const to = resolve(values.to ?? DATA_DIR);
    return { objects, to, masterKey: resolve(masterKey), vkey: values.vkey, check: values.check ?? false };
  } catch {
    return undefined;
  }
}

/**
 * Restores into a place without a database. Every finding, and what to do next, is a line for `print`. Resolves to the exit code. Throws
 * MasterKeyWrong, DatabaseThere.
 */
export async function restoreAt(
  place: RestorePlace,
  { masterKey, vkey, check: checked }: Pick<Asked, 'masterKey' | 'vkey' | 'check'>,
  print: Print,
): Promise<number> {
  let faults = 0;
  const show = ({ grade, where, what }: Finding) => {
    if (grade === 'fault') faults += 1;
    print(`${grade === 'fault' ? '✗' : '·'} ${where}: ${what}`);
  };
  try {
    const installation = await readInstallation(place.from.work, readMasterKey(masterKey));
    const { verifier } = installation.logKey;
    const checkpoints = await readCheckpoints(place.from, verifier, show);
    const known = vkey === undefined || (await isKeyOf(vkey, checkpoints.keys(), verifier));
    if (!known) throw new ObjectUnusable(INSTALLATION_KEYS, 'its log key is not the one given by --vkey');
    const restored = await restoreInto(place, installation, checkpoints, show);
    if (checked) await check({ ...place.settings, MASTER_KEY_FILE: masterKey }, show);
    const settings = `${place.words} MASTER_KEY_FILE=${masterKey}`;
    for (const line of wordsOf(settings, restored, verifier, faults)) print(line);
    return faults > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof ObjectUnusable)
      print(`✗ 无法恢复 nothing can be restored: object ${error.key}: ${error.message}`);
    else if (error instanceof LedgerDiffers) print(`✗ 无法恢复 it cannot go on: ${error.message}`);
    else throw error;
    return 1;
  }
}

/** Whether a verifier key that came another way is that of one of the logs: all have the installation's key. */
async function isKeyOf(given: string, chains: Iterable<string>, verifier: string): Promise<boolean> {
  const key = await readVerifierKey(given).catch((error) => `${error}`);
  return [...chains].some((chain) => chainVerifier(verifier, chain) === key);
}
