import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { documentKinds } from '../../server/documents.ts';
import { canonicalBytes } from '../../signing/canonical.ts';
import type { JsonObject } from '../../storage/documents/document-store.ts';
import { SqliteDocumentStore } from '../../storage/documents/sqlite.ts';
import { SqliteDatabase } from '../../storage/sqlite/client.ts';
import { startApp } from '../support/app.ts';
import { Client, must } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { startServer, tiezheng } from '../support/process.ts';
import { bring, pdf, settled } from '../support/uploads.ts';

/** The views of an installation as canonical JSON per kind and id. */
function viewsOf(dir: string): string[] {
  const db = new DatabaseSync(join(dir, 'tiezheng.db'), { readOnly: true });
  const kinds = ['agency', 'department', 'person', 'dock', 'case', 'record', 'object', 'upload', 'export'];
  try {
    return kinds.flatMap((kind) =>
      db
        .prepare('SELECT id, chain, version, body FROM documents WHERE kind = ? ORDER BY id')
        .all(kind)
        .map(({ id, chain, version, body }) => {
          const text = Buffer.from(canonicalBytes(JSON.parse(String(body)))).toString();
          return `${kind} ${id} ${chain} ${version} ${text}`;
        }),
    );
  } finally {
    db.close();
  }
}

describe('commands on a stopped installation', function () {
  this.timeout(60_000);
  let made: Installation;

  before(async () => {
    made = await makeInstallation();
  });
  after(() => made.remove());

  const edit = (dir: string, ...statements: string[]) => {
    const db = new DatabaseSync(join(dir, 'tiezheng.db'));
    for (const sql of statements) db.exec(sql);
    db.close();
  };
  const fsck = async (dir: string, settings = {}) => {
    let out = '';
    const { faults } = await check({ DATA_DIR: dir, ...settings }, ({ where, what }) => {
      out += `${where}: ${what}\n`;
    });
    return { faults, out };
  };

  it('rebuild makes the same views and claims again, also of damaged ones', async () => {
    const dir = made.copy();
    const before = viewsOf(dir);
    assert.ok(before.length >= 15, String(before.length));
    edit(
      dir,
      `UPDATE documents SET body = '{"id":' WHERE kind = 'record' AND id = '${made.records.film}'`,
      `UPDATE documents SET body = '{}', version = version + 5 WHERE kind = 'case'`,
      `DELETE FROM documents WHERE kind = 'object'`,
      'UPDATE claims SET seq = 0',
      'DELETE FROM document_keys',
    );
    assert.ok((await fsck(dir)).faults > 4);
    const { code, out, err } = await tiezheng(['rebuild'], { DATA_DIR: dir });
    assert.equal(code, 0, err);
    assert.match(out, /^\d+ entries folded again/);
    assert.deepEqual(viewsOf(dir), before);
    const { out: findings } = await fsck(dir);
    assert.doesNotMatch(findings, /^(document )?(record|case|object|claim)/m);
  });

  it('a rebuild that was cut short is done again by the next start', async () => {
    const dir = made.copy();
    const before = viewsOf(dir);
    edit(
      dir,
      "DELETE FROM documents WHERE kind = 'fold-version'",
      "DELETE FROM documents WHERE kind IN ('record', 'case')",
    );
    await (await startApp({ dataDir: dir })).stop();
    assert.deepEqual(viewsOf(dir), before);
  });

  it('what a newer program has written is refused, by a start and by commands', async () => {
    for (const change of [
      (dir: string) => edit(dir, 'PRAGMA user_version = 99'),
      async (dir: string) => {
        const database = await SqliteDatabase.open(dir);
        const documents = await SqliteDocumentStore.open(database, documentKinds);
        const [held] = await documents.getMany('program', ['newest']);
        const more = { ...(held?.body.kinds as JsonObject), robot: { fold: 1, events: {} } };
        await documents.save([{ ...held!, version: held!.version + 1, body: { kinds: more } }]);
        await database.close();
      },
    ]) {
      const dir = made.copy();
      await change(dir);
      for (const run of [() => startServer(dir).ended, () => tiezheng(['rebuild'], { DATA_DIR: dir })]) {
        const { code, err } = await run();
        assert.equal(code, 76, err);
        assert.match(err, /newer program/);
      }
    }
  });

  it('rewrap makes all keys depend on the new master key, and on no other', async () => {
    const dir = made.copy();
    const next = join(dir, 'next.key');
    const { code, out, err } = await tiezheng(['rewrap', next], { DATA_DIR: dir });
    assert.equal(code, 0, err);
    assert.match(out, new RegExp(`\\d+ keys wrapped[\\s\\S]*MASTER_KEY_FILE=${next}`));
    assert.match(readFileSync(next, 'utf8'), /^[0-9a-f]{64}\n$/);
    const old = await startServer(dir).ended;
    assert.equal(old.code, 77, old.err);
    const settings = { MASTER_KEY_FILE: next };
    const checked = await fsck(dir, settings);
    assert.equal(checked.faults, 0, checked.out);
    const server = startServer(dir, { ...settings, LOG_LEVEL: 'info' });
    const clerk = new Client(await server.origin, made.cookie);
    assert.equal(must(await clerk.get(`/records/${made.records.document}`)).name, '笔录.pdf');
    must(await clerk.get(`/records/${made.records.document}/receipt`));
    assert.equal((await server.kill()).code, 0);
    assert.equal((await tiezheng(['rewrap', next], { DATA_DIR: dir, ...settings })).code, 77);
    assert.equal((await tiezheng(['rewrap'], { DATA_DIR: dir, ...settings })).code, 2);
  });

  it('a rewrap that was cut short lets nothing start, and is finished by running it again', async () => {
    const [dir, done] = [made.copy(), made.copy()];
    const next = join(dir, 'next.key');
    writeFileSync(next, `${'5'.repeat(64)}\n`);
    const finished = await tiezheng(['rewrap', next], { DATA_DIR: done });
    assert.equal(finished.code, 0, finished.err);
    // As a kill in the middle leaves it: the marker, and some keys under the new one.
    const id = /under ([0-9a-f]{16})/.exec(finished.out)?.[1];
    const app = await startApp({ dataDir: dir });
    const current = await app.deps.documents.get('master-key', 'current');
    await app.deps.documents.save([{ ...current!, version: 2, body: { ...current!.body, next: id! } }]);
    await app.stop();
    edit(
      dir,
      `ATTACH '${join(done, 'tiezheng.db')}' AS done`,
      `UPDATE documents SET (body, version, digest) = (SELECT body, version, digest FROM done.documents AS d WHERE d.kind = 'wrapped-key' AND d.id = documents.id)
       WHERE kind = 'wrapped-key' AND n IN (SELECT n FROM documents WHERE kind = 'wrapped-key' ORDER BY id LIMIT 4)`,
    );
    const both: Record<string, string>[] = [{}, { MASTER_KEY_FILE: next }];
    for (const settings of both) {
      const { code, err } = await startServer(dir, settings).ended;
      assert.equal(code, 77);
      assert.match(err, /run npx tiezheng rewrap again/);
    }
    const other = join(dir, 'third.key');
    assert.equal((await tiezheng(['rewrap', other], { DATA_DIR: dir })).code, 77);
    const again = await tiezheng(['rewrap', next], { DATA_DIR: dir });
    assert.equal(again.code, 0, again.err);
    assert.equal((await fsck(dir, { MASTER_KEY_FILE: next })).faults, 0);
    const served = await startApp({ dataDir: dir, config: { MASTER_KEY_FILE: next } });
    const dock = served.client();
    dock.bearer = made.bearer;
    const record = await settled({ app: served, id: made.agency } as never, await bring(dock, pdf('after')));
    assert.equal(record.state, 'sealed');
    await served.stop();
  });

  it('certificates lists them, revoke revokes one and puts another in its place', async () => {
    const DATA_DIR = made.copy();
    const listed = async () => {
      const { code, out, err } = await tiezheng(['certificates'], { DATA_DIR });
      assert.equal(code, 0, err);
      return out.trim().split('\n');
    };
    const before = await listed();
    assert.equal(before.length, 3);
    const serial = before.find((line) => / signer /.test(line))?.split(' ')[0] ?? '';
    const revoke = (...args: string[]) => tiezheng(['revoke', ...args], { DATA_DIR });
    assert.equal((await revoke('--serial', serial)).code, 2);
    assert.equal((await revoke('--serial', '0'.repeat(32), '--reason', 'superseded')).code, 1);
    const { code, err } = await revoke(
      '--serial',
      serial,
      '--reason',
      'keyCompromise',
      '--since',
      '2026-01-01T00:00:00Z',
    );
    assert.equal(code, 0, err);
    const after = await listed();
    assert.equal(after.length, 4);
    assert.match(after.find((line) => line.startsWith(serial)) ?? '', /keyCompromise since 2026-01-01/);
    assert.equal((await fsck(DATA_DIR)).faults, 0);
  });
});
