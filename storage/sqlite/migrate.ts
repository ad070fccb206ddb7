import type { DatabaseSync } from 'node:sqlite';
import { pendingMigrations } from '../schema-version.ts';
import { DatabaseDamaged } from './errors.ts';

/** Brings a file forward to the newest schema, each step whole or not at all. Throws SchemaTooNew, SchemaTooOld, DatabaseDamaged. */
export function migrate(db: DatabaseSync, migrations: readonly string[], readOnly: boolean): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n);
  if (version < 0 || (version === 0 && (tables > 0 || readOnly)))
    throw new DatabaseDamaged('数据库已损坏 / database damaged: the file holds no tables of this service');
  for (const { to, migration } of pendingMigrations(version, { first: 0, migrations, readOnly }))
    db.exec(`BEGIN IMMEDIATE; ${migration}; PRAGMA user_version = ${to}; COMMIT`);
}
