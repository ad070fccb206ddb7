import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, readConfig } from '../server/config.ts';
import { isServed } from '../server/duty.ts';
import { type DatabaseEngines, openDatabase, openObjects } from '../server/engines.ts';
import { headFiles } from '../server/ledger/head-files.ts';
import type { HeadStore } from '../server/ledger/heads.ts';
import { placeOf, setPlace } from '../server/move/place.ts';
import type { ObjectStores } from '../server/restore/read-log.ts';
import { syncFolder } from '../storage/objects/durable.ts';
import { DATABASE_FILE } from '../storage/sqlite/client.ts';
import { copyStores, storesIn } from './restore-stores.ts';

type Env = Record<string, string | undefined>;

/** There is a database already. */
export class DatabaseThere extends Error {
  override name = 'DatabaseThere';
}

/** A database that is being made. No service starts on it before it is finished; closed before that it is made again, or on. */
export interface NewDatabase extends Pick<DatabaseEngines, 'ledgerStore' | 'documents'> {
  finish(): Promise<void>;
  close(): Promise<void>;
}

/** What an installation is restored from, and where. */
export interface RestorePlace {
  from: ObjectStores;
  /** The stores that the installation will have, its heads, and its database. Throws DatabaseThere. */
  begin(): Promise<{ stores: ObjectStores; heads: HeadStore; database: NewDatabase }>;
  /** The settings of a service there. */
  settings: Env;
  /** The same as an operator types them, without secrets. */
  words: string;
  close(): void;
}

/** From the stores in a folder to a data folder, which may be the same. */
export function folderPlace({ objects, to }: { objects: string; to: string }, env: Env): RestorePlace {
  const from = storesIn(objects);
  const settings = { ...env, DATABASE_URL: undefined, OBJECTS_URL: undefined, DATA_DIR: to };
  return {
    from,
    begin: async () => {
      demandNone(to);
      const stores = storesIn(to);
      await Promise.all([stores.evidence.prepare(), stores.work.prepare()]);
      if (objects !== to) await copyStores(from, stores);
      return { stores, heads: headFiles(join(to, 'heads')), database: await newFile(readConfig(settings)) };
    },
    settings,
    words: `DATA_DIR=${to}`,
    close: () => {},
  };
}

/** From the stores that the settings name to the database that they name. */
export function settingsPlace(config: Config, env: Env): RestorePlace {
  const objects = openObjects(config, () => new Date());
  const onServer = config.DATABASE_URL?.startsWith('mongodb') ?? false;
  return {
    from: objects,
    begin: async () => {
      const database = await (onServer ? newOnServer(config) : newFile(config));
      return { stores: objects, heads: objects.headStore, database };
    },
    settings: env,
    words: `DATABASE_URL=… OBJECTS_URL=… DATA_DIR=${config.DATA_DIR}`,
    close: () => objects.closeObjects(),
  };
}

function demandNone(dir: string): void {
  const file = join(dir, DATABASE_FILE);
  if (existsSync(file)) throw new DatabaseThere(`${file} 已存在，请先移走 is there: move it away first`);
}

/** A file that gets its name when it is whole. */
async function newFile(config: Config): Promise<NewDatabase> {
  demandNone(config.DATA_DIR);
  const making = join(config.DATA_DIR, '.restoring');
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  const { closeDatabase, ledgerStore, documents } = await openDatabase({ ...config, DATA_DIR: making }, async () => {});
  return {
    ledgerStore,
    documents,
    finish: async () => {
      await closeDatabase();
      await rename(join(making, DATABASE_FILE), join(config.DATA_DIR, DATABASE_FILE));
      await rm(making, { recursive: true });
      await syncFolder(config.DATA_DIR);
    },
    close: closeDatabase,
  };
}

/** A database on a server is marked until it is whole. Throws DatabaseThere. */
async function newOnServer(config: Config): Promise<NewDatabase> {
  const { closeDatabase, ledgerStore, documents } = await openDatabase(config, async () => {});
  try {
    const begun = (await placeOf(documents))?.state === 'restoring';
    const empty = (await ledgerStore.chains()).length === 0 && !(await documents.get('master-key', 'current'));
    if (!begun && !empty)
      throw new DatabaseThere('the database holds an installation: name an empty one in DATABASE_URL');
    if (await isServed(documents)) throw new DatabaseThere('a service runs on it: stop all of its processes first');
    await setPlace(documents, { state: 'restoring' });
    const finish = async () => {
      await setPlace(documents, undefined);
      await closeDatabase();
    };
    return { ledgerStore, documents, finish, close: closeDatabase };
  } catch (error) {
    await closeDatabase();
    throw error;
  }
}
