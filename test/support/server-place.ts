import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databases } from '../contracts/mongo-server.ts';
import { engineOn } from '../contracts/s3-objects.ts';

/** An installation's place on real servers, for a suite of its own. */
export interface ServerPlace {
  /** A temporary folder; `data` in it is DATA_DIR. */
  folder: string;
  /** A database and two buckets of its own, a master key, DATA_DIR, and locks required. */
  settings: Record<string, string>;
  /** With `locked` the buckets stay: nobody can delete what is locked in mode COMPLIANCE. */
  discard(options?: { locked: boolean }): Promise<void>;
}

/** Makes the place on the database server and this S3 server; `more` settings come over the others. */
export async function placeOn(server: string, more: Record<string, string> = {}): Promise<ServerPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-servers-'));
  const MASTER_KEY_FILE = join(folder, 'master.key');
  writeFileSync(MASTER_KEY_FILE, `${'5c'.repeat(32)}\n`);
  const [DATABASE_URL, OBJECTS_URL] = [await databases.place(), await engineOn(server).place()];
  const own = { DATABASE_URL, OBJECTS_URL, MASTER_KEY_FILE, DATA_DIR: join(folder, 'data'), OBJECT_LOCK: 'required' };
  return {
    folder,
    settings: { ...own, ...more },
    async discard({ locked } = { locked: false }) {
      await databases.discard(DATABASE_URL);
      if (!locked) await engineOn(server).discard(OBJECTS_URL);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
