import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { pendingMigrations, SchemaTooNew, SchemaTooOld } from '../../../storage/schema-version.ts';
import { migrate } from '../../../storage/sqlite/migrate.ts';

describe('migrations', () => {
  const steps = ['CREATE TABLE a (x) STRICT', 'CREATE TABLE b (x) STRICT', 'ALTER TABLE b ADD COLUMN y TEXT'].map(
    (sql) => sql.replace('(x)', '(x TEXT)'),
  );
  let db: DatabaseSync;
  beforeEach(() => {
    db = new DatabaseSync(':memory:');
  });
  afterEach(() => db.close());
  const version = () => Number(db.prepare('PRAGMA user_version').get()?.user_version);

  it('are those behind the version, in order', () => {
    const pending = (at: number, readOnly = false) =>
      pendingMigrations(at, { first: 1, migrations: ['x', 'y'], readOnly });
    assert.deepEqual(pending(1), [
      { to: 2, migration: 'x' },
      { to: 3, migration: 'y' },
    ]);
    assert.deepEqual(pending(2), [{ to: 3, migration: 'y' }]);
    assert.deepEqual(pending(3, true), []);
    assert.throws(() => pending(4), SchemaTooNew);
    assert.throws(() => pending(2, true), SchemaTooOld);
  });

  it('bring a file forward from any version, keeping what is in it', () => {
    migrate(db, steps.slice(0, 2), false);
    assert.equal(version(), 2);
    db.exec("INSERT INTO b VALUES ('kept')");
    migrate(db, steps, false);
    assert.equal(version(), 3);
    assert.deepEqual({ ...db.prepare('SELECT x, y FROM b').get() }, { x: 'kept', y: null });
    assert.throws(() => migrate(db, steps.slice(0, 2), false), SchemaTooNew);
    assert.throws(() => migrate(db, [...steps, 'CREATE TABLE c (x TEXT)'], true), SchemaTooOld);
  });

  it('are whole or not at all', () => {
    const broken = [...steps, 'CREATE TABLE c (x TEXT); CREATE TABLE a (x TEXT)'];
    assert.throws(() => migrate(db, broken, false), /already exists/);
    db.exec('ROLLBACK');
    assert.equal(version(), 3);
    assert.equal(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'c'").get(), undefined);
  });
});
