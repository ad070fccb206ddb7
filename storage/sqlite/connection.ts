import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DatabaseMissing } from './errors.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './schema.ts';

/** How long another process's short lock is waited for, in ms. */
export const BUSY_TIMEOUT = 5000;

const STATEMENTS = 300;

/** The connection and its prepared statements, kept by their text. */
export class Connection {
  readonly db: DatabaseSync;
  readonly readOnly: boolean;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync, readOnly: boolean) {
    this.db = db;
    this.readOnly = readOnly;
  }

  sql(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (!statement) {
      if (this.#statements.size >= STATEMENTS) this.#statements.clear();
      statement = this.db.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

/**
 * Opens, and makes when it is not there, the database. Read-only: one snapshot from here to the end, beside a live writer.
 * Throws DatabaseDamaged, DatabaseMissing, SchemaTooNew, SchemaTooOld.
 */
export function openConnection(file: string, readOnly: boolean): Connection {
  if (readOnly && !existsSync(file)) throw new DatabaseMissing(`没有数据库 / no database: ${file}`);
  if (!readOnly) makeFile(file);
  const db = new DatabaseSync(file, { readOnly, timeout: BUSY_TIMEOUT, enableForeignKeyConstraints: true });
  try {
    db.exec('PRAGMA cache_size = -32768');
    if (readOnly) db.exec('BEGIN');
    else db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON');
    if (!readOnly) db.exec('PRAGMA wal_autocheckpoint = 2000; PRAGMA journal_size_limit = 67108864');
    migrate(db, MIGRATIONS, readOnly);
    return new Connection(db, readOnly);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Made by hand for its mode: SQLite gives the files beside it the same one. */
function makeFile(file: string): void {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
