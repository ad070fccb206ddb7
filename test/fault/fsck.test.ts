import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import type { Finding } from '../../server/ledger/finding.ts';
import { FilesystemEvidenceStore } from '../../storage/objects/filesystem.ts';
import { originalKey } from '../../storage/objects/layout.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { tiezheng } from '../support/process.ts';
import { bring, film, pdf, settled, sha256 } from '../support/uploads.ts';

/** Turns one bit of a file. */
function flip(path: string, at = Math.floor(statSync(path).size / 2)): void {
  const bytes = readFileSync(path);
  bytes[at]! ^= 1;
  chmodSync(path, 0o600);
  writeFileSync(path, bytes);
}

const filesBelow = (dir: string) =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());

async function fsck(dir: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  const { faults } = await check({ DATA_DIR: dir }, (finding) => findings.push(finding));
  assert.equal(faults, findings.filter(({ grade }) => grade === 'fault').length);
  return findings;
}

const faultsOf = (findings: Finding[]) => findings.filter(({ grade }) => grade === 'fault');
const lines = (findings: Finding[]) => findings.map(({ where, what }) => `${where}: ${what}`).join('\n');

describe('fsck', function () {
  this.timeout(60_000);
  let made: Installation;

  before(async () => {
    made = await makeInstallation();
  });
  after(() => made.remove());

  /** Changes the database of a copy and asks for a finding that names the damage. */
  async function named(change: (db: DatabaseSync) => void, expected: RegExp): Promise<void> {
    const dir = made.copy();
    const db = new DatabaseSync(join(dir, 'tiezheng.db'));
    change(db);
    db.close();
    const findings = await fsck(dir);
    assert.match(lines(faultsOf(findings)), expected);
    rmSync(dir, { recursive: true });
  }

  /** Breaks a file of a copy. */
  async function broken(change: (dir: string) => void, expected: RegExp): Promise<void> {
    const dir = made.copy();
    change(dir);
    assert.match(lines(faultsOf(await fsck(dir))), expected);
    rmSync(dir, { recursive: true });
  }

  it('finds nothing in a sound installation', async () => {
    assert.deepEqual(await fsck(made.dir), []);
    const { code, out, err } = await tiezheng(['fsck'], { DATA_DIR: made.dir });
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^\d+ entries, \d+ objects, \d+ bytes; .*faults: 0/);
  });

  it('names a flipped byte of every object by its digest, and the record of an original', async () => {
    const objects = filesBelow(join(made.dir, 'evidence')).map((path) => path.slice(made.dir.length));
    assert.ok(objects.length >= 7, String(objects));
    const [logs, others] = [
      objects.filter((path) => path.includes('/log/')),
      objects.filter((path) => !path.includes('/log/')),
    ];
    assert.ok(logs.length >= 2, String(logs));
    for (const path of logs) {
      const key = path.slice('/evidence/'.length);
      await broken((dir) => flip(join(dir, path)), new RegExp(`log ${key}: `));
    }
    for (const path of others) {
      const digest = /[0-9a-f]{64}/.exec(path)?.[0] ?? '';
      await broken((dir) => flip(join(dir, path)), new RegExp(`object ${digest}: its bytes have another digest`));
    }
    const original = objects.find((path) => path.includes(sha256(made.originals.film))) as string;
    await broken((dir) => flip(join(dir, original), 0), new RegExp(`record ${made.records.film}`));
    await broken(
      (dir) => rmSync(join(dir, original)),
      new RegExp(`record ${made.records.film}: its original is missing`),
    );
    await broken(
      (dir) => {
        chmodSync(join(dir, original), 0o600);
        writeFileSync(join(dir, original), 'short');
      },
      new RegExp(`record ${made.records.film}: its original has 5 bytes`),
    );
    const copy = made.copy();
    const stranger = new FilesystemEvidenceStore(join(copy, 'evidence'));
    await stranger.prepare();
    await stranger.put(originalKey(made.agency, sha256('stranger')), Buffer.from('stranger'));
    assert.match(lines(faultsOf(await fsck(copy))), /an original without an entry/);
    await broken(
      (dir) => writeFileSync(join(dir, 'evidence', 'note.txt'), ''),
      /object note.txt: it is not one of ours/,
    );
  });

  it('names a key file that was changed, and one that still holds a destroyed key', async () => {
    for (const key of [`${made.agency}/keys/streams/0`, `${made.agency}/keys/blind`, 'system/keys/installation']) {
      await broken((dir) => flip(join(dir, 'work', key)), new RegExp(`key file ${key}: `));
    }
    const id = `${made.agency}/record/${made.records.film}`;
    const destroyed = new RegExp(`streams/0: the destroyed key of ${id} is still in it`);
    await named((db) => db.exec(`DELETE FROM documents WHERE kind = 'wrapped-key' AND id = '${id}'`), destroyed);
    const dir = made.copy();
    rmSync(join(dir, 'work', made.agency, 'keys'), { recursive: true });
    const findings = await fsck(dir);
    assert.deepEqual(faultsOf(findings), []);
    assert.match(lines(findings), /streams\/0: it is missing; the next start makes it again/);
    await (await startApp({ dataDir: dir })).stop();
    assert.deepEqual(await fsck(dir), []);
  });

  it('names a flipped byte of a package by its export', async () => {
    const [zip] = filesBelow(join(made.dir, 'work')).filter((path) => path.endsWith('.zip'));
    const path = (zip as string).slice(made.dir.length);
    await broken((dir) => flip(join(dir, path)), new RegExp(`export ${made.exportId}: its package has another digest`));
    await broken((dir) => rmSync(join(dir, path)), new RegExp(`export ${made.exportId}: its package is missing`));
  });

  it('names a flipped byte of an entry, and of each column beside it', async () => {
    const where = `WHERE chain = '${made.agency}' AND seq = 5`;
    const entry = new RegExp(`entry ${made.agency}#5: `);
    const bytes = (change: string) => (db: DatabaseSync) => {
      const row = db.prepare(`SELECT ${change} AS value FROM entries ${where}`).get() as { value: Uint8Array };
      row.value[Math.floor(row.value.length / 2)]! ^= 1;
      db.prepare(`UPDATE entries SET ${change} = ? ${where}`).run(row.value);
    };
    await named(bytes('bytes'), entry);
    await named(bytes('hash'), entry);
    await named((db) => db.exec(`UPDATE entries SET version = version + 7 ${where}`), entry);
    await named((db) => db.exec(`UPDATE entries SET stream = 'record/x' ${where}`), entry);
    await named((db) => db.exec(`UPDATE entries SET seq = 5000 ${where}`), /entry 5 is missing/);
    await named((db) => db.exec(`DELETE FROM entries ${where}`), /entry 5 is missing/);
    await named((db) => db.exec(`UPDATE entries SET chain = 'x' ${where}`), /entry 5 is missing/);
  });

  it('names a document whose body was changed, view or working state', async () => {
    const kinds = [
      'record',
      'object',
      'case',
      'person',
      'session',
      'wrapped-key',
      'installation-key',
      'master-key',
      'view-position',
    ];
    for (const kind of kinds) {
      await named(
        (db) => {
          const { n, body } = db.prepare('SELECT n, body FROM documents WHERE kind = ?').get(kind) as {
            n: number;
            body: string;
          };
          const bytes = Buffer.from(body);
          const at = bytes.lastIndexOf('"') - 1;
          bytes[at]! ^= 1;
          db.prepare('UPDATE documents SET body = ? WHERE n = ?').run(bytes.toString(), n);
        },
        new RegExp(`document ${kind} `),
      );
    }
    const one = `WHERE kind = 'record' AND id = '${made.records.film}'`;
    const expected = new RegExp(`document record ${made.records.film}`);
    await named((db) => db.exec(`UPDATE documents SET body = 'x' ${one}`), expected);
    await named((db) => db.exec(`UPDATE documents SET version = version - 1 ${one}`), expected);
    await named((db) => db.exec(`UPDATE documents SET digest = zeroblob(32) ${one}`), expected);
    await named(
      (db) => db.exec(`DELETE FROM documents ${one}`),
      new RegExp(`record ${made.records.film}: its view is missing`),
    );
    await named(
      (db) => db.exec(`UPDATE document_keys SET value = x'00' WHERE id = '${made.records.film}' AND path = 'state'`),
      expected,
    );
  });

  it('names claims that were changed, taken away or added', async () => {
    await named((db) => db.exec('UPDATE claims SET seq = seq + 1'), /claim .*: (no entry holds it|it is missing)/);
    await named((db) => db.exec('DELETE FROM claims'), /claim .*: it is missing beside entry/);
    await named(
      (db) => db.exec(`INSERT INTO claims VALUES ('${made.agency}', 'case-number/00', 3)`),
      /claim case-number\/00: no entry/,
    );
  });

  it('names a cut tail, a signed head that was changed, and a chain that is gone', async () => {
    const tail = (n: number) =>
      `DELETE FROM entries WHERE chain = '${made.agency}' AND seq >= (SELECT max(seq) FROM entries WHERE chain = '${made.agency}') - ${n - 1}`;
    for (const n of [1, 5])
      await named((db) => db.exec(tail(n)), new RegExp(`head ${made.agency}: .*its tail is cut off`));
    await named(
      (db) => db.exec(`DELETE FROM entries WHERE chain = '${made.agency}'`),
      new RegExp(`head ${made.agency}`),
    );
    const head = join('heads', made.agency);
    for (let at = 0; at < statSync(join(made.dir, head)).size; at += 37) {
      await broken((dir) => flip(join(dir, head), at), new RegExp(`head ${made.agency}: `));
    }
    await broken((dir) => rmSync(join(dir, head)), new RegExp(`head ${made.agency}: the signed head is missing`));
  });

  it('says so when the master key is another, malformed or missing, and checks the rest', async () => {
    for (const text of ['f'.repeat(64), 'short', undefined]) {
      await broken((dir) => {
        const path = join(dir, 'master.key');
        if (text === undefined) rmSync(path);
        else writeFileSync(path, text);
        flip(filesBelow(join(dir, 'evidence')).find((path) => !path.includes('/log/')) as string);
      }, /master key: [\s\S]*object [0-9a-f]{64}: its bytes have another digest/);
    }
  });

  it('says so when the database is cut short, empty, something else or gone', async () => {
    const file = 'tiezheng.db';
    for (const size of [0, 100, 4096, 50_000]) {
      await broken(
        (dir) => writeFileSync(join(dir, file), readFileSync(join(dir, file)).subarray(0, size)),
        /database tiezheng.db|ledger|head/,
      );
    }
    await broken((dir) => writeFileSync(join(dir, file), 'x'.repeat(100_000)), /database tiezheng.db: /);
    const dir = made.copy();
    rmSync(join(dir, file));
    const { code, out, err } = await tiezheng(['fsck', '--json'], { DATA_DIR: dir });
    assert.deepEqual([code, err], [1, '']);
    assert.match(out, /"where":"database tiezheng.db"/);
    assert.ok(!existsSync(join(dir, file)), 'fsck made a database');
  });

  it('finds every flipped byte of the database file that is not in unused space', async () => {
    const path = join(made.dir, 'tiezheng.db');
    const sound = rowsOf(path);
    const bytes = readFileSync(path);
    const anywhere = () => Math.floor(Math.random() * bytes.length);
    // Unused space is zeros (secure_delete).
    const inUse = () => {
      for (let at = anywhere(); ; at = anywhere()) if (bytes[at] !== 0) return at;
    };
    const dir = made.copy();
    let found = 0;
    for (let i = 0; i < Number(process.env.FLIPS ?? 12); i++) {
      const at = i % 4 === 3 ? anywhere() : inUse();
      cpSync(path, join(dir, 'tiezheng.db'));
      flip(join(dir, 'tiezheng.db'), at);
      if (faultsOf(await fsck(dir)).length > 0) {
        found += 1;
      } else {
        const changed = rowsOf(join(dir, 'tiezheng.db')).filter((row, i) => row !== sound[i]);
        assert.deepEqual(changed, [], `byte ${at} was flipped and nobody noticed`);
      }
    }
    assert.ok(found > 2, String(found));
  });

  it('raises no alarm beside a server that is busy', async () => {
    const app = await startApp();
    try {
      const agency = await foundAgency(app);
      const department = await agency.department();
      const { client } = await agency.dock(department);
      let going = true;
      const ids: string[] = [];
      const work = async (seed: number) => {
        for (let i = 0; going; i++) {
          ids.push(
            await bring(client, i % 2 ? film(20_000, seed * 1000 + i) : pdf(`${seed} ${i}`), { filename: `${i}` }),
          );
        }
      };
      const working = Promise.all([work(1), work(2)]);
      for (let i = 0; i < 5; i++) assert.deepEqual(faultsOf(await fsck(app.dataDir)), []);
      going = false;
      await working;
      for (const id of ids) await settled(agency, id);
      await app.stop();
      assert.deepEqual(await fsck(app.dataDir), []);
      assert.ok(ids.length > 3, String(ids.length));
    } finally {
      await app.destroy();
    }
  });
});

/** Every row of every table as text: equal when a flip changed nothing that is stored. */
function rowsOf(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const tables = ['entries', 'claims', 'documents', 'document_keys', 'document_kinds', 'documents_text'];
    return tables.flatMap((table) => {
      const columns = table === 'documents_text' ? 'rowid, words' : '*';
      const rows = db.prepare(`SELECT ${columns} FROM ${table}`).all();
      if (table !== 'documents_text') return rows.map((row) => `${table} ${JSON.stringify(row)}`);
      // What stands between two of the words that are searched means nothing.
      return rows.map((row) => `${table} ${row.rowid} ${String(row.words).split(/[^a-z0-9\u0080-\uffff]+/i)}`);
    });
  } finally {
    db.close();
  }
}
