import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { folderOf } from './restore-stores.ts';

type Env = Record<string, string | undefined>;

/** The place cannot be told from what was given. */
export class PlaceUnclear extends Error {
  override name = 'PlaceUnclear';
}

/** Settings that say where an installation is; of those of the process none counts for it. */
const PLACING = ['DATABASE_URL', 'DATABASE_URL_FILE', 'OBJECTS_URL', 'OBJECTS_URL_FILE', 'DATA_DIR'];

/**
 * The settings of a place: a folder (or `file:` address), or `mongodb://…` with the address of its objects. `@FILE` stands for the address in
 * a file, so that no secret is seen among processes. Throws PlaceUnclear.
 */
export function placeSettings(env: Env, place: string, objects: string | undefined): Env {
  const rest = { ...env, ...Object.fromEntries(PLACING.map((name) => [name, undefined])) };
  const address = read(place);
  if (!address.startsWith('mongodb')) {
    const folder = folderOf(address);
    if (folder === undefined) throw new PlaceUnclear('a place is a folder or a mongodb: address');
    if (objects !== undefined) throw new PlaceUnclear('a folder holds its objects itself');
    return { ...rest, OBJECT_LOCK: 'off', DATA_DIR: folder };
  }
  if (objects === undefined)
    throw new PlaceUnclear('a mongodb: address needs the s3: address of its objects beside it');
  return { ...rest, DATABASE_URL: address, OBJECTS_URL: read(objects), DATA_DIR: env.DATA_DIR };
}

function read(given: string): string {
  if (!given.startsWith('@')) return given;
  try {
    return readFileSync(given.slice(1), 'utf8').trim();
  } catch (error) {
    throw new PlaceUnclear((error as Error).message);
  }
}

/** The master key goes with the installation and stays where it is. */
export const masterKeyOf = ({
  MASTER_KEY_FILE,
  DATA_DIR,
}: {
  MASTER_KEY_FILE?: string | undefined;
  DATA_DIR: string;
}) => resolve(MASTER_KEY_FILE ?? join(DATA_DIR, 'master.key'));
