import { buffer } from 'node:stream/consumers';
import type { LogKey } from '../../signing/checkpoint.ts';
import type { Document } from '../../storage/documents/document-store.ts';
import { INSTALLATION_KEYS } from '../../storage/objects/key-layout.ts';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';
import { SYSTEM_CHAIN } from '../deps.ts';
import type { MasterKey } from '../ledger/keys.ts';
import { type KeyFile, readKeyFile } from '../log/key-file.ts';
import { MasterKeyWrong } from '../master-key.ts';
import { logKeyOf } from '../seal/installation-keys.ts';
import { ObjectUnusable } from './unusable.ts';

/** What an installation signs with, out of its work store. */
export interface RestoredInstallation {
  master: MasterKey;
  logKey: LogKey;
  /** To be written into the new database: the master key's id, and every key of the installation. */
  documents: Document[];
}

/**
 * Reads the keys of the installation; nothing else in the stores can be believed or read without them. Throws MasterKeyWrong for another
 * master key than they are wrapped under, ObjectUnusable when they are not there or damaged.
 */
export async function readInstallation(work: ObjectStore, master: MasterKey): Promise<RestoredInstallation> {
  const file = await readKeys(work, INSTALLATION_KEYS);
  if (file.master !== master.id)
    throw new MasterKeyWrong(`the key ${master.id} is not that of these stores, which is ${file.master}`);
  const documents = [...file.keys].map(([id, body]) => ({ kind: 'installation-key', id, body }));
  const own = [...documents, { kind: 'master-key', id: 'current', body: { id: master.id } }];
  const restored = own.map((document): Document => ({ ...document, chain: SYSTEM_CHAIN, version: 1 }));
  const log = restored.find(({ id }) => id === 'log');
  if (!log) throw new ObjectUnusable(INSTALLATION_KEYS, 'the key of the log is not in it');
  try {
    return { master, logKey: logKeyOf(log, master), documents: restored };
  } catch (error) {
    throw new ObjectUnusable(INSTALLATION_KEYS, `the key of the log: ${(error as Error).message}`);
  }
}

/** A key file. Throws ObjectUnusable. */
export async function readKeys(work: ObjectStore, key: string): Promise<KeyFile> {
  try {
    return readKeyFile(await buffer(await work.get(key)));
  } catch (error) {
    throw new ObjectUnusable(key, error instanceof ObjectMissing ? 'it is missing' : (error as Error).message);
  }
}
