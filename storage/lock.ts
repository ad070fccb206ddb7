import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const LOCK_FILE = 'lock.db';
/** A probe by `isLocked` holds a shared lock for a moment; a server that starts waits so long for it, in ms. */
const PATIENCE = 500;
const SQLITE_BUSY = 5;

/** Locks that are held: a connection that nothing refers to would be collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/** Another process works on the data folder. */
export class DataDirLocked extends Error {
  override name = 'DataDirLocked';
}

export interface DataDirLock {
  release(): void;
}

/**
 * Takes the data folder for this process; the kernel gives it back when the process ends in any way. Throws DataDirLocked.
 * The lock is SQLite's own on a file of its own: no other code may open that file in this process, since closing it would free the lock.
 */
export function lockDataDir(dir: string): DataDirLock {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(dir, LOCK_FILE), { timeout: PATIENCE });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw isBusy(error)
      ? new DataDirLocked(`数据目录正被另一进程使用 / the data folder is in use by another process: ${dir}`)
      : error;
  }
  held.add(db);
  const release = () => {
    if (held.delete(db)) db.close();
  };
  return { release };
}

/** Whether a process holds the folder; never makes anything in it. */
export function isLocked(dir: string): boolean {
  const file = join(dir, LOCK_FILE);
  if (!existsSync(file)) return false;
  const db = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    db.close();
  }
}

function isBusy(error: unknown): boolean {
  return (Number((error as { errcode?: unknown }).errcode) & 0xff) === SQLITE_BUSY;
}
