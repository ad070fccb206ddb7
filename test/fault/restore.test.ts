import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { restoreFrom } from '../../scripts/restore.ts';
import { type DepartmentEvent, departmentKind } from '../../server/access/department.ts';
import { systemActor } from '../../server/deps.ts';
import { documentKinds } from '../../server/documents.ts';
import { MasterKeyWrong } from '../../server/master-key.ts';
import { type RecordEvent, recordKind } from '../../server/records/events.ts';
import { canonicalBytes } from '../../signing/canonical.ts';
import { encodeBundle, readBundle } from '../../signing/tiles.ts';
import { FilesystemEvidenceStore } from '../../storage/objects/filesystem.ts';
import { originalKey } from '../../storage/objects/layout.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';
import { Client, must, refused } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { startServer, tiezheng } from '../support/process.ts';
import { bring, film, settled, sha256 } from '../support/uploads.ts';

/** The film that is watched before and after. */
const watched = film(40_000, 3);

const views = documentKinds.filter(({ sort }) => sort === 'view').map(({ kind }) => kind);
const dump = (dir: string, sql: string, ...values: string[]) => {
  const db = new DatabaseSync(join(dir, 'tiezheng.db'), { readOnly: true });
  try {
    return db.prepare(sql).all(...values);
  } finally {
    db.close();
  }
};
/** Every view as canonical JSON, by kind and id. */
const viewsOf = (dir: string) =>
  views.flatMap((kind) =>
    dump(dir, 'SELECT id, chain, version, body FROM documents WHERE kind = ? ORDER BY id', kind).map(
      ({ id, chain, version, body }) => `${kind} ${id} ${chain} ${version} ${canonicalBytes(JSON.parse(String(body)))}`,
    ),
  );
const entriesOf = (dir: string) =>
  dump(dir, 'SELECT chain, seq, stream, version, hash, bytes FROM entries ORDER BY chain, seq');
const claimsOf = (dir: string) => dump(dir, 'SELECT chain, claim, seq FROM claims ORDER BY chain, claim');
const headsOf = (dir: string) =>
  Object.fromEntries(
    readdirSync(join(dir, 'heads')).map((name) => [name, readFileSync(join(dir, 'heads', name), 'utf8')]),
  );

function loseDatabase(dir: string, to?: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    const path = join(dir, `tiezheng.db${suffix}`);
    if (to && existsSync(path)) copyFileSync(path, join(to, `tiezheng.db${suffix}`));
    rmSync(path, { force: true });
  }
}

async function faultsOf(dir: string, settings = {}): Promise<string[]> {
  const lines: string[] = [];
  const show = ({ grade, where, what }: { grade: string; where: string; what: string }) => {
    if (grade === 'fault') lines.push(`${where}: ${what}`);
  };
  await check({ DATA_DIR: dir, ...settings }, show);
  return lines;
}

describe('restore from the object stores alone', function () {
  this.timeout(60_000);
  let made: Installation;
  let grantId: string;
  let names: { secadmin: string; officer: string; officerId: string };

  /** A second agency beside what every test installation has: people, a subject, a film and a live grant. */
  before(async () => {
    made = await makeInstallation();
    const app = await startApp({ dataDir: made.dir });
    const agency = await foundAgency(app, 'second');
    const department = await agency.department();
    const { client: dock } = await agency.dock(department);
    const record = await settled(agency, await bring(dock, watched));
    const secadmin = await agency.person({ roles: ['secadmin'], name: '安全员' });
    const officer = await agency.person({ roles: ['officer'], departments: [department] });
    const approver = await agency.person({ roles: ['approver'], departments: [department] });
    must(await officer.client.post('/subjects', { type: 'person', name: '张某某' }), 201);
    const asked = { reason: 'complaint', text: '信访核查', recordIds: [record.id], seconds: 3600, viewings: 5 };
    const grant = must(await officer.client.post('/grants', asked), 201);
    must(await approver.client.post(`/grants/${grant.id}/answer`, { decision: 'approve', reason: '同意' }));
    const viewing = must(await officer.client.post(`/grants/${grant.id}/viewings`), 201);
    await (await officer.client.fetch('GET', viewing.records[0].url)).arrayBuffer();
    grantId = grant.id;
    names = { secadmin: secadmin.username, officer: officer.username, officerId: officer.id };
    await app.stop();
  });
  after(() => made.remove());

  /** In place, in this process. */
  async function restored(
    dir: string,
    more: { check?: boolean; vkey?: string } = {},
  ): Promise<{ code: number; out: string }> {
    let out = '';
    const asked = { objects: dir, to: dir, masterKey: join(dir, 'master.key'), vkey: undefined, check: false, ...more };
    const code = await restoreFrom(asked, {}, (line) => {
      out += `${line}\n`;
    });
    return { code, out };
  }
  const command = (dir: string, ...more: string[]) =>
    tiezheng(['restore', '--objects', dir, '--master-key', join(dir, 'master.key'), ...more], { DATA_DIR: dir });

  it('makes the same ledger, views and heads, in place', async () => {
    const dir = made.copy();
    const before = { views: viewsOf(dir), entries: entriesOf(dir), claims: claimsOf(dir), heads: headsOf(dir) };
    assert.ok(before.views.length > 20, String(before.views.length));
    loseDatabase(dir);
    rmSync(join(dir, 'heads'), { recursive: true });
    const { code, out } = await restored(dir, { check: true });
    assert.equal(code, 0, out);
    assert.match(out, /missing or damaged: 0/);
    assert.match(out, new RegExp(`rescue second ${names.secadmin}`));
    const after = { views: viewsOf(dir), entries: entriesOf(dir), claims: claimsOf(dir), heads: headsOf(dir) };
    assert.deepEqual(after, before);
    assert.deepEqual(await faultsOf(dir), []);
  });

  it('works in another folder: people come back by one who is let in, and see what was sealed', async () => {
    const dir = made.copy();
    loseDatabase(dir);
    const to = `${dir}-new`;
    const key = join(dir, 'master.key');
    const settings = { DATA_DIR: to, MASTER_KEY_FILE: key };
    const { out: keys } = await tiezheng(['log-key'], { DATA_DIR: made.dir });
    const vkey = keys.split('\n')[0] ?? '';
    const { code, out } = await tiezheng(
      ['restore', '--objects', `file:${dir}`, '--master-key', key, '--to', to, '--vkey', vkey],
      {},
    );
    assert.equal(code, 0, out);
    assert.ok(out.includes(vkey));
    const rescue = await tiezheng(['rescue', 'second', names.secadmin], settings);
    const [, oneTime = ''] = /: ([\w-]{20})\n$/.exec(rescue.out) ?? [];
    const server = startServer(to, { MASTER_KEY_FILE: key });
    const origin = await server.origin;
    const enter = async (username: string, password: string) => {
      const client = new Client(origin);
      must(await client.post('/session', { agency: 'second', username, password }));
      must(await client.post('/session/password', { current: password, next: `${username} harbour window 41` }), 204);
      return client;
    };
    const secadmin = await enter(names.secadmin, oneTime);
    const reset = await secadmin.post(`/people/${names.officerId}/password-reset`, { reason: '恢复后' });
    const officer = await enter(names.officer, must(reset).oneTimePassword);
    const viewing = must(await officer.post(`/grants/${grantId}/viewings`), 201);
    const content = await officer.fetch('GET', viewing.records[0].url);
    assert.deepEqual(Buffer.from(await content.arrayBuffer()), watched);
    const dock = new Client(origin);
    dock.bearer = made.bearer;
    refused(await dock.get('/session'), 401, 'NOT_AUTHENTICATED');
    await server.kill();
    assert.deepEqual(await faultsOf(to, { MASTER_KEY_FILE: key }), []);
    rmSync(to, { recursive: true });
  });

  it('is what a start names when the database is old or gone; no start makes an empty one beside the stores', async () => {
    const dir = made.copy();
    const old = `${dir}-old`;
    mkdirSync(old);
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(join(dir, `tiezheng.db${suffix}`)))
        copyFileSync(join(dir, `tiezheng.db${suffix}`), join(old, `tiezheng.db${suffix}`));
    const app = await startApp({ dataDir: dir });
    const agency = await foundAgency(app, 'third');
    const { client } = await agency.dock(await agency.department());
    await settled(agency, await bring(client, film(9000, 5)));
    await app.stop();
    const before = viewsOf(dir);
    loseDatabase(dir);
    for (const name of readdirSync(old)) copyFileSync(join(old, name), join(dir, name));
    rmSync(join(dir, 'heads'), { recursive: true });
    for (const name of ['', 'gone']) {
      if (name === 'gone') loseDatabase(dir);
      const refusal = await startServer(dir).ended;
      assert.equal(refusal.code, 65, refusal.err);
      assert.match(refusal.err, /npx tiezheng restore/);
      assert.equal(existsSync(join(dir, 'tiezheng.db')), name !== 'gone');
      if (name === '') assert.equal((await command(dir)).code, 2);
    }
    assert.equal((await restored(dir)).code, 0);
    assert.deepEqual(viewsOf(dir), before);
    assert.deepEqual(await faultsOf(dir), []);
    rmSync(old, { recursive: true });
  });

  it('says which entries were lost that had not been published, and which originals with them', async () => {
    const later = made.copy();
    const server = startServer(later);
    const client = new Client(await server.origin);
    client.bearer = made.bearer;
    const lost = film(5000, 9);
    await bring(client, lost);
    await server.kill();
    const [published, signed] = [made.dir, later].map((dir) =>
      Number(/\n(\d+)\n/.exec(headsOf(dir)[made.agency] ?? '')?.[1]),
    );
    const dir = made.copy();
    copyFileSync(join(later, 'heads', made.agency), join(dir, 'heads', made.agency));
    loseDatabase(dir);
    const original = originalKey(made.agency, sha256(lost));
    await new FilesystemEvidenceStore(join(dir, 'evidence')).put(original, lost);
    const { code, out } = await restored(dir);
    assert.equal(code, 1);
    assert.match(out, new RegExp(`chain ${made.agency}: entries ${published} to ${Number(signed) - 1} were lost`));
    assert.match(out, new RegExp(`object ${original}: an original whose entry was lost`));
    assert.match(out, /missing or damaged: 2$/m);
    const again = startServer(dir);
    await again.origin;
    assert.equal((await again.kill()).code, 0);
  });

  it('refuses a wrong or malformed master key, another log key, and stores that are none', async () => {
    const dir = made.copy();
    loseDatabase(dir);
    const key = join(dir, 'master.key');
    const right = readFileSync(key);
    writeFileSync(key, 'ab'.repeat(32));
    assert.equal((await command(dir)).code, 77);
    writeFileSync(key, 'ab');
    await assert.rejects(restored(dir), MasterKeyWrong);
    writeFileSync(key, right);
    const vkey = 'tiezheng/system+7aebef83+AQCD9Gb64x2J94QSln2FlY5xfXSiynwmGxHUPqsb7Dlm';
    for (const other of [vkey, join(dir, 'no-such-file')]) {
      const { code, out } = await restored(dir, { vkey: other });
      assert.equal(code, 1);
      assert.match(out, /its log key is not the one given/);
    }
    for (const place of [join(dir, 'heads'), 's3://bucket'])
      assert.equal((await command(dir, '--objects', place)).code, 2);
    assert.equal(existsSync(join(dir, 'tiezheng.db')), false);
    rmSync(join(dir, 'work', 'system', 'keys'), { recursive: true });
    const { code, out } = await restored(dir);
    assert.equal(code, 1);
    assert.match(out, /nothing can be restored: object system\/keys\/installation: it is missing/);
  });

  /** Breaks the stores of a copy without its database, and asks for a line that names the damage. */
  async function named(change: (dir: string) => void, ...expected: RegExp[]): Promise<string> {
    const dir = made.copy();
    loseDatabase(dir);
    change(dir);
    const { code, out } = await restored(dir);
    assert.equal(code, 1, out);
    for (const line of expected) assert.match(out, line);
    assert.ok(existsSync(join(dir, 'tiezheng.db')));
    return dir;
  }
  const startRefused = async (dir: string) => assert.equal((await startServer(dir).ended).code, 65);
  const bundles = (dir: string, chain = made.agency) => {
    const folder = join(dir, 'work', chain, 'log', 'tile', 'entries', '000.p');
    return readdirSync(folder).map((name) => join(folder, name));
  };
  const originals = (dir: string) => join(dir, 'evidence', made.agency, 'originals');

  it('names originals, proofs and waiting bytes that are missing, and restores the rest', async () => {
    const dir = await named(
      (copy) => rmSync(originals(copy), { recursive: true }),
      new RegExp(`record ${made.records.film}: its original is missing: object ${made.agency}/originals/`),
      new RegExp(`record ${made.records.document}: its original is missing`),
    );
    assert.deepEqual(viewsOf(dir), viewsOf(made.dir));
  });

  it('names a bundle that is missing, cut or changed; a ledger without its tail is refused by every start', async () => {
    await startRefused(
      await named(
        (dir) => {
          for (const path of bundles(dir)) rmSync(path);
        },
        new RegExp(
          `log ${made.agency}/log/tile/entries/000.p/\\d+: it is missing; chain ${made.agency} has 0 of \\d+ entries`,
        ),
        new RegExp(`agency ${made.agency}|chain ${made.agency}`),
      ),
    );
    await named((dir) => {
      for (const path of bundles(dir)) writeFileSync(path, readFileSync(path).subarray(0, -3));
    }, /000.p\/\d+: the last entry is cut/);
    // Linked as before: only the root tells that the last entry is another.
    const swap = (dir: string) => {
      for (const path of bundles(dir)) {
        const entries = readBundle(readFileSync(path), Number(path.split('/').at(-1)));
        const last = Buffer.from(entries.at(-1)!)
          .toString()
          .replace(/"role":"\w+"/, '"role":"forged"');
        writeFileSync(path, encodeBundle([...entries.slice(0, -1), Buffer.from(last)]));
      }
    };
    await startRefused(await named(swap, /do not have the root of the checkpoint/));
  });

  it('names streams whose key is missing or damaged, and reads the others', async () => {
    const dir = await named(
      (copy) => {
        const path = join(copy, 'work', made.agency, 'keys', 'streams', '0');
        const file = JSON.parse(readFileSync(path, 'utf8'));
        delete file.keys[`${made.agency}/record/${made.records.film}`];
        file.keys[`${made.agency}/record/${made.records.document}`].wrapped = 'A'.repeat(80);
        writeFileSync(path, canonicalBytes(file));
      },
      new RegExp(`stream record/${made.records.film} of ${made.agency}: its key is missing`),
      new RegExp(
        `key file ${made.agency}/keys/streams/0: the key of ${made.agency}/record/${made.records.document} cannot be opened`,
      ),
      new RegExp(`stream record/${made.records.document} of `),
    );
    const without = (lines: string[]) => lines.filter((line) => !line.startsWith('record '));
    assert.deepEqual(without(viewsOf(dir)), without(viewsOf(made.dir)));
    await named(
      (copy) => rmSync(join(copy, 'work', made.agency, 'keys', 'streams'), { recursive: true }),
      new RegExp(`key file ${made.agency}/keys/streams/0: it is missing`),
      new RegExp(`stream person/.* of ${made.agency}: its key is missing`),
    );
    await named(
      (copy) => rmSync(join(copy, 'work', made.agency, 'keys', 'blind')),
      new RegExp(`key of the blind index of ${made.agency}: it is missing`),
    );
  });

  it('believes no checkpoint of another key, and falls back on the other copy', async () => {
    const latest = (dir: string) => join(dir, 'work', made.agency, 'log', 'checkpoint');
    const dir = await named(
      (copy) => writeFileSync(latest(copy), readFileSync(latest(copy), 'utf8').replace(/\n\d+\n/, '\n9999\n')),
      new RegExp(`log of ${made.agency}: its latest checkpoint cannot be trusted`),
    );
    assert.deepEqual(viewsOf(dir), viewsOf(made.dir));
    await named(
      (copy) => {
        rmSync(latest(copy));
        rmSync(join(copy, 'evidence', made.agency, 'log'), { recursive: true });
      },
      new RegExp(`log of ${made.agency}: there is no checkpoint of it`),
      new RegExp(`agency ${made.agency}: nothing of its log is in the stores`),
    );
  });

  it('takes full bundles behind the last checkpoint, which nothing could ever replace, and goes on from there', async () => {
    const dir = made.copy();
    const published = readFileSync(join(dir, 'work', made.agency, 'log', 'checkpoint'), 'utf8');
    const size = Number(published.split('\n')[1]);
    const app = await startApp({ dataDir: dir });
    const found = (name: string): DepartmentEvent[] => [{ type: 'department.founded', data: { name } }];
    const { ledger, newId } = app.deps;
    const names = Array.from({ length: 300 }, (_, i) => `科室${i}`);
    await Promise.all(
      names.map((name) => ledger.execute(departmentKind, made.agency, newId(), systemActor('test'), () => found(name))),
    );
    await app.stop();
    const before = entriesOf(dir).filter(({ chain, seq }) => chain === made.agency && Number(seq) < 256);
    loseDatabase(dir);
    rmSync(join(dir, 'heads'), { recursive: true });
    const kept = join(dir, 'evidence', made.agency, 'log', 'checkpoints');
    for (const name of readdirSync(kept)) if (Number(name) > size) rmSync(join(kept, name));
    writeFileSync(join(dir, 'work', made.agency, 'log', 'checkpoint'), published);
    const { code, out } = await restored(dir);
    assert.equal(code, 0, out);
    assert.match(
      out,
      new RegExp(`chain ${made.agency}: entries ${size} to 255 follow its last checkpoint .* unsigned`),
    );
    assert.deepEqual(
      entriesOf(dir).filter(({ chain }) => chain === made.agency),
      before,
    );
    const again = await startApp({ dataDir: dir });
    await again.deps.ledger.execute(departmentKind, made.agency, again.deps.newId(), systemActor('test'), () =>
      found('新'),
    );
    assert.equal((await again.deps.log.covering(made.agency, 256, 10_000))?.size, 257);
    await again.stop();
    assert.deepEqual(await faultsOf(dir), []);
  });

  it('brings no key back that a disposal destroyed, with whatever key file', async () => {
    const dir = made.copy();
    const path = join(dir, 'work', made.agency, 'keys', 'streams', '0');
    const older = readFileSync(path);
    const app = await startApp({ dataDir: dir });
    const disposal: RecordEvent = { type: 'record.disposed', data: { basis: '保管期限届满' } };
    await app.deps.ledger.execute(recordKind, made.agency, made.records.document, systemActor('test'), () => [
      disposal,
    ]);
    await app.stop();
    const name = `${made.agency}/record/${made.records.document}`;
    assert.ok(older.includes(name) && !readFileSync(path).includes(name));
    const before = viewsOf(dir);
    loseDatabase(dir);
    writeFileSync(path, older);
    const { code, out } = await restored(dir);
    assert.equal(code, 0, out);
    assert.match(out, new RegExp(`stream record/${made.records.document}: its key file still had its key`));
    assert.equal(readFileSync(path).includes(name), false);
    assert.deepEqual(viewsOf(dir), before);
    assert.deepEqual(await faultsOf(dir), []);
  });

  it('goes on after a restore that was cut short', async () => {
    const dir = made.copy();
    loseDatabase(dir);
    mkdirSync(join(dir, '.restoring'));
    writeFileSync(join(dir, '.restoring', 'tiezheng.db'), 'half');
    assert.equal((await restored(dir)).code, 0);
    assert.equal(existsSync(join(dir, '.restoring')), false);
    assert.deepEqual(viewsOf(dir), viewsOf(made.dir));
  });
});
