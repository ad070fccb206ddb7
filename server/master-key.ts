import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { DocumentStore } from '../storage/documents/document-store.ts';
import { SYSTEM_CHAIN } from './deps.ts';
import { type MasterKey, masterKeyId } from './ledger/keys.ts';

/** The master key file is unreadable, malformed, missing, or of another installation. */
export class MasterKeyWrong extends Error {
  override name = 'MasterKeyWrong';
}

export interface KeyFile {
  key: MasterKey;
  path: string;
  /** It lies in the folder that it protects. */
  besideData: boolean;
}

/**
 * Reads the master key: 64 hex digits in a file. Made with mode 0600 when `mayCreate` says that the installation is new; a
 * missing one later is never made anew, since all that is personal in the ledger needs it. Throws MasterKeyWrong.
 */
export function openMasterKey(
  path: string | undefined,
  dataDir: string,
  mayCreate: boolean,
  random: (size: number) => Uint8Array,
): KeyFile {
  const file = resolve(path ?? `${dataDir}/master.key`);
  if (!existsSync(file)) {
    if (!mayCreate) throw new MasterKeyWrong(`${file} is missing: restore it from where it is kept`);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${Buffer.from(random(32)).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  }
  return { key: readMasterKey(file), path: file, besideData: file.startsWith(resolve(dataDir) + sep) };
}

export function readMasterKey(file: string): MasterKey {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new MasterKeyWrong(`${file} cannot be read`, { cause });
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new MasterKeyWrong(`${file} does not hold 64 hex digits`);
  const bytes = Buffer.from(text, 'hex');
  return { id: masterKeyId(bytes), bytes };
}

/** The installation remembers its key's id; another key refuses to start. Throws MasterKeyWrong. */
export async function bindMasterKey(
  documents: DocumentStore,
  { key, path }: Pick<KeyFile, 'key' | 'path'>,
): Promise<void> {
  const known = await documents.get('master-key', 'current');
  const { id, next } = (known?.body ?? {}) as { id?: string; next?: string };
  if (next !== undefined)
    throw new MasterKeyWrong(`a rewrap to the key ${next} was cut short: run npx tiezheng rewrap again`);
  if (id === key.id) return;
  if (id !== undefined)
    throw new MasterKeyWrong(`${path} holds the key ${key.id}; this installation was made with ${id}`);
  const current = { kind: 'master-key', id: 'current', chain: SYSTEM_CHAIN, version: 1, body: { id: key.id } };
  const [bound] = await documents.save([current]);
  // Another process was first, perhaps with another key.
  if (!bound) await bindMasterKey(documents, { key, path });
}
