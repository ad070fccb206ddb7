import assert from 'node:assert/strict';
import { copyFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { SqliteDocumentStore } from '../../../storage/documents/sqlite.ts';
import { SqliteLedgerStore } from '../../../storage/ledger/sqlite.ts';
import { SchemaTooNew } from '../../../storage/schema-version.ts';
import { SqliteDatabase } from '../../../storage/sqlite/client.ts';
import { DatabaseClosed, DatabaseDamaged, DatabaseMissing } from '../../../storage/sqlite/errors.ts';
import { collect } from '../../contracts/engine.ts';
import { entryOf } from '../../contracts/ledger-store.ts';

const KINDS = [{ kind: 'record', sort: 'view', indexes: ['status'], text: 'title' }] as const;
const document = (id: string, title: string, version = 1) => ({
  kind: 'record',
  id,
  chain: 'a',
  version,
  body: { status: 's', title },
});

describe('SQLite file', () => {
  let dir: string;
  const file = () => join(dir, 'tiezheng.db');

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tiezheng-'));
  });

  afterEach(() => rm(dir, { recursive: true, force: true }));

  const fill = async (entries: number): Promise<void> => {
    const database = await SqliteDatabase.open(dir);
    await new SqliteLedgerStore(database).append(Array.from({ length: entries }, (_, seq) => entryOf('a', seq)));
    const documents = await SqliteDocumentStore.open(database, KINDS);
    await documents.save(Array.from({ length: entries }, (_, i) => document(`r${i}`, `编号${i}甲乙丙丁`)));
    await database.close();
  };

  it('is for the owner only, and keeps its promises to the disk', async () => {
    await fill(1);
    assert.equal((await stat(file())).mode & 0o777, 0o600);
    const db = new DatabaseSync(file());
    assert.equal(db.prepare('PRAGMA journal_mode').get()?.journal_mode, 'wal');
    db.close();
  });

  it('answers what was asked before it closes, and nothing after', async () => {
    const database = await SqliteDatabase.open(dir);
    const store = new SqliteLedgerStore(database);
    const asked = Array.from({ length: 600 }, (_, seq) => store.append([entryOf('a', seq)]));
    const closed = database.close();
    for (const answer of await Promise.all(asked)) assert.deepEqual(answer, { inserted: 1 });
    await Promise.all([closed, database.close()]);
    await assert.rejects(store.head('a'), DatabaseClosed);
  });

  it('undoes a request that fails, and only that one, among others', async () => {
    const database = await SqliteDatabase.open(dir);
    const store = new SqliteLedgerStore(database);
    const claims = [
      { claim: 'x', seq: 1 },
      { claim: 'y', seq: 2 },
      { claim: 'x', seq: 3 },
    ];
    const ends = await Promise.allSettled([
      store.append([entryOf('a', 0)]),
      store.replaceClaims('a', claims),
      store.append([entryOf('a', 1)]),
    ]);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.equal((await store.head('a')).size, 2);
    assert.deepEqual(await collect(store.claims('a')), []);
    await database.close();
  });

  it('is one snapshot to a reader beside a live writer', async () => {
    const writer = await SqliteDatabase.open(dir);
    const ledger = new SqliteLedgerStore(writer);
    await ledger.append([entryOf('a', 0)]);
    const documents = await SqliteDocumentStore.open(writer, KINDS);
    const reader = await SqliteDatabase.open(dir, { readOnly: true });
    await ledger.append([entryOf('a', 1)]);
    await documents.save([document('r1', '甲')]);
    const snapshot = new SqliteLedgerStore(reader);
    assert.equal((await snapshot.head('a')).size, 1);
    assert.equal(await (await SqliteDocumentStore.open(reader, KINDS)).count('record', 'a'), 0);
    assert.deepEqual(await reader.integrity(), ['ok']);
    await assert.rejects(snapshot.append([entryOf('a', 1)]), /reading only/);
    assert.equal(await writer.purge(), false);
    await reader.close();
    assert.equal(await writer.purge(), true);
    assert.equal((await ledger.head('a')).size, 2);
    await writer.close();
  });

  it('does not search a kind by another declaration when it may only read', async () => {
    await fill(2);
    const reader = await SqliteDatabase.open(dir, { readOnly: true });
    const documents = await SqliteDocumentStore.open(reader, [{ ...KINDS[0], indexes: ['other'] }]);
    await assert.rejects(documents.find('record', { chain: 'a', limit: 1 }), { name: 'NotDeclared' });
    assert.equal((await collect(documents.all('record'))).length, 2);
    assert.deepEqual(await collect(documents.faults('record')), [{ id: '*', fault: 'indexed by another declaration' }]);
    await reader.close();
  });

  it('holds nothing of what was deleted and purged', async () => {
    const database = await SqliteDatabase.open(dir);
    const documents = await SqliteDocumentStore.open(database, KINDS);
    await documents.save([document('kept', '留下'), document('gone', 'Secretname 张三丰的秘密')]);
    await documents.save([document('changed', 'Othersecret')]);
    await documents.save([document('changed', 'plain', 2)]);
    await documents.delete('record', ['gone']);
    assert.equal(await database.purge(), true);
    for (const name of ['tiezheng.db', 'tiezheng.db-wal']) {
      const bytes = (await readFile(join(dir, name))).toString('latin1').toLowerCase();
      for (const word of ['secretname', 'othersecret', '张三', '三丰']) {
        assert.ok(!bytes.includes(Buffer.from(word).toString('latin1').toLowerCase()), `${word} in ${name}`);
      }
    }
    await database.close();
  });

  it('of a newer program is refused', async () => {
    await fill(1);
    const db = new DatabaseSync(file());
    db.exec('PRAGMA user_version = 2');
    db.close();
    await assert.rejects(SqliteDatabase.open(dir), SchemaTooNew);
    await assert.rejects(SqliteDatabase.open(dir, { readOnly: true }), SchemaTooNew);
  });

  it('that is not there is not made for a reader', async () => {
    await assert.rejects(SqliteDatabase.open(dir, { readOnly: true }), DatabaseMissing);
    await assert.rejects(stat(file()), { code: 'ENOENT' });
  });

  it('that is something else is named damaged', async () => {
    await writeFile(
      file(),
      'not a database at all, but some text that is longer than a header of one hundred bytes, as it has to be.',
    );
    await assert.rejects(SqliteDatabase.open(dir), DatabaseDamaged);
    await assert.rejects(SqliteDatabase.open(dir, { readOnly: true }), DatabaseDamaged);
    await rm(file());
    const db = new DatabaseSync(file());
    db.exec('CREATE TABLE t (a)');
    db.close();
    await assert.rejects(SqliteDatabase.open(dir), DatabaseDamaged);
  });

  it('whose tail was cut off is named damaged', async () => {
    await fill(400);
    await truncate(file(), Math.floor((await stat(file())).size / 2));
    await assert.rejects(SqliteDatabase.open(dir, { readOnly: true }), DatabaseDamaged);
    await assert.rejects(SqliteDatabase.open(dir), DatabaseDamaged);
  });

  it('with broken pages can still be asked what is wrong with it', async () => {
    await fill(400);
    const { size } = await stat(file());
    const handle = await open(file(), 'r+');
    await handle.write(Buffer.alloc(size - 4096 * 40, 0x5a), 0, size - 4096 * 40, 4096 * 30);
    await handle.close();
    const database = await SqliteDatabase.open(dir, { readOnly: true });
    assert.notDeepEqual(await database.integrity(), ['ok']);
    await assert.rejects(new SqliteLedgerStore(database).range('a', 0, 1000), DatabaseDamaged);
    assert.ok((await database.integrity()).length > 0);
    await database.close();
  });

  it('shows any flip of a byte, or is unharmed by it', async () => {
    await fill(150);
    const { size } = await stat(file());
    const original = join(dir, 'original');
    await copyFile(file(), original);
    const whole = await readAll(dir);
    for (let at = 1013; at < size; at += Math.floor(size / 25)) {
      await copyFile(original, file());
      const handle = await open(file(), 'r+');
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, at);
      await handle.write(Buffer.of(byte.readUInt8() ^ 0x04), 0, 1, at);
      await handle.close();
      const read = await readAll(dir).catch((error: Error) => error);
      if (read instanceof Error) {
        assert.ok(['DatabaseDamaged', 'DatabaseMissing', 'SchemaTooNew'].includes(read.name), `${at}: ${read.stack}`);
      } else if (read.integrity === 'ok' && read.faults.length === 0) {
        assert.equal(read.documents, whole.documents, `a change of a document at ${at} was not noticed`);
      }
    }
  });
});

async function readAll(dir: string) {
  const database = await SqliteDatabase.open(dir, { readOnly: true });
  try {
    const documents = await SqliteDocumentStore.open(database, KINDS);
    return {
      integrity: (await database.integrity()).join(),
      faults: await collect(documents.faults('record')),
      documents: JSON.stringify(await collect(documents.all('record'))),
      entries: await new SqliteLedgerStore(database).range('a', 0, 1000),
    };
  } finally {
    await database.close();
  }
}
