import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { MasterKeyWrong } from '../../server/master-key.ts';
import { FilesystemEvidenceStore } from '../../storage/objects/filesystem.ts';
import { originalKey } from '../../storage/objects/layout.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';
import { Client, must, refused } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { startServer, tiezheng } from '../support/process.ts';
import { bring, film, settled, sha256 } from '../support/uploads.ts';
import { claimsOf, entriesOf, faultsOf, headsOf, loseDatabase, restored, viewsOf } from './restored.ts';

/** The film that is watched before and after. */
const watched = film(40_000, 3);

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
});
