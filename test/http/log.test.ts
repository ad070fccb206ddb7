import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { audit } from '../../scripts/audit.ts';
import { unpack } from '../../scripts/demo/unpack.ts';
import { logSource } from '../../scripts/log-source.ts';
import { verify } from '../../scripts/verify.ts';
import { HeadMismatch } from '../../server/ledger/heads.ts';
import { verifyCheckpoint } from '../../signing/checkpoint.ts';
import { readBundle } from '../../signing/tiles.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { itOnFiles } from '../support/engines.ts';
import { tiezheng } from '../support/process.ts';
import { bring, film, settled } from '../support/uploads.ts';

describe('the log over HTTP', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: TestPerson;
  let auditor: TestPerson;
  let record: string;
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-receipt-'));

  before(async () => {
    app = await startApp({ config: { LOG_PUBLIC: 'on' } });
    agency = await foundAgency(app);
    const department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
    auditor = await agency.person({ roles: ['auditor'] });
    const { client } = await agency.dock(department);
    record = await bring(client, film(10_000), { filename: 'a.mp4' });
    await settled(agency, record);
  });
  after(async () => {
    await app.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const fetched = (path: string, headers: Record<string, string> = {}) => fetch(`${app.origin}${path}`, { headers });
  const vkey = async () => (await (await fetched(`/api/v1/trust/logs/${agency.id}`)).text()).trim();
  const admin = async () => (await agency.person({ roles: ['sysadmin'] })).client;

  async function receipt(): Promise<Response> {
    return await fetched(`/api/v1/records/${record}/receipt`, { cookie: officerCookie() });
  }
  const officerCookie = () => officer.client.cookie ?? '';

  it('gives a receipt that a stranger can check with the keys alone', async () => {
    const response = await receipt();
    assert.equal(response.status, 200);
    const zip = join(folder, 'receipt.zip');
    writeFileSync(zip, new Uint8Array(await response.arrayBuffer()));
    await unpack(zip, join(folder, 'receipt'));
    const said: string[] = [];
    assert.equal(await verify(zip, { vkey: await vkey() }, false, (line) => said.push(line)), 0, said.join('\n'));
    assert.match(said.join('\n'), /公钥由核验者提供/);
    assert.equal(await verify(zip, { vkey: (await vkey()).replace('tiezheng', 'other') }, false, () => {}), 1);
    const note = readFileSync(join(folder, 'receipt', 'checkpoint'), 'utf8');
    const { seq } = JSON.parse(readFileSync(join(folder, 'receipt', 'entry.json'), 'utf8'));
    assert.ok(verifyCheckpoint(note, await vkey()).size > seq);
  });

  it('gives everybody checkpoint and hash tiles, and nobody entries', async () => {
    const note = await (await fetched(`/log/${agency.id}/checkpoint`)).text();
    const { size } = verifyCheckpoint(note, await vkey());
    const tile = await fetched(`/log/${agency.id}/tile/0/000.p/${size}`);
    assert.equal((await tile.arrayBuffer()).byteLength, size * 32);
    const hidden = [
      `tile/entries/000.p/${size}`,
      'tile/entries/000',
      `checkpoints/${size}`,
      'tile/0/000.p/0',
      'tile',
      '',
    ];
    hidden.push(`tile/%65ntries/000.p/${size}`, `tile%2Fentries%2F000.p%2F${size}`, `tile//entries/000.p/${size}`);
    hidden.push(`..%2f${agency.id}/log/tile/entries/000.p/${size}`, 'tile/0/../entries/000');
    for (const path of hidden) assert.equal((await fetched(`/log/${agency.id}/${path}`)).status, 404, path);
    for (const path of ['/log/x/checkpoint', '/log/system/../checkpoint', '/log/..%2f..%2fmaster.key', '/log/'])
      assert.equal((await fetched(path)).status, 404, path);
    const closed = await startApp();
    assert.equal((await fetch(`${closed.origin}/log/${agency.id}/checkpoint`)).status, 404);
    await closed.destroy();
  });

  it('gives an auditor the entries of their own agency, and nobody else', async () => {
    const note = await (await fetched('/api/v1/log/checkpoint', { cookie: auditor.client.cookie ?? '' })).text();
    const { size, origin } = verifyCheckpoint(note, await vkey());
    assert.ok(origin.endsWith(agency.id));
    const path = `/api/v1/log/tile/entries/000.p/${size}`;
    const bundle = await fetched(path, { cookie: auditor.client.cookie ?? '' });
    assert.equal(readBundle(new Uint8Array(await bundle.arrayBuffer()), size).length, size);
    assert.equal((await fetched(path)).status, 401);
    for (const client of [officer.client, await admin()])
      refused(await client.get(`/log/tile/entries/000.p/${size}`), 403, 'FORBIDDEN');
    for (const other of [
      `checkpoints/${size}`,
      'tile/entries/001',
      'tile/0/000.p/999',
      '%2e%2e/checkpoint',
      'x'.repeat(20),
    ])
      assert.equal((await fetched(`/api/v1/log/${other}`, { cookie: auditor.client.cookie ?? '' })).status, 404, other);
    const source = logSource(`${app.origin}/api/v1/log`, { Cookie: auditor.client.cookie ?? '' });
    const audited = await audit(source, { vkey: await vkey() });
    assert.equal(audited.size >= size, true);
    await assert.rejects(audit(logSource(`${app.origin}/log/${agency.id}`), { vkey: await vkey() }), /is not there/);
  });

  it('gives programs of an auditor a token that opens the log and nothing else', async () => {
    const { client } = auditor;
    const until = new Date(app.deps.now().getTime() + 86_400_000).toISOString();
    const body = { name: 'nightly audit', expiresAt: until };
    const issued = must(await client.post('/log-tokens', body), 201);
    const bearer = { Authorization: `Bearer ${issued.token}` };
    const source = logSource(`${app.origin}/api/v1/log`, bearer);
    await audit(source, { vkey: await vkey() });
    const file = join(folder, 'token');
    writeFileSync(file, `${issued.token}\n`);
    const { code, out } = await tiezheng(
      ['audit', `${app.origin}/api/v1/log`, '--token-file', file, '--vkey', await vkey()],
      {},
    );
    assert.equal(code, 0, out);
    const far = await tiezheng(['audit', 'http://records.example/api/v1/log', '--token-file', file], {});
    assert.deepEqual([far.code, /--insecure-http/.test(far.err)], [2, true]);
    for (const path of ['/session', '/log-tokens', '/people', `/records/${record}`, `/records/${record}/receipt`])
      assert.equal((await fetched(`/api/v1${path}`, bearer)).status, 403, path);
    const made = await fetch(`${app.origin}/api/v1/log-tokens`, {
      method: 'POST',
      headers: { ...bearer, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(made.status, 403);
    const [shown] = must(await client.get('/log-tokens')).items;
    assert.ok(shown.lastUsedAt);
    assert.equal(shown.token, undefined);
    must(await client.delete(`/log-tokens/${issued.id}`), 204);
    assert.equal((await fetched('/api/v1/log/checkpoint', bearer)).status, 401);
  });

  it("ends an auditor's tokens with their term, their role and their password", async () => {
    const other = await agency.person({ roles: ['auditor'] });
    const far = (days: number) => new Date(app.deps.now().getTime() + days * 86_400_000).toISOString();
    const issue = (expiresAt: string) => other.client.post('/log-tokens', { name: 'x', expiresAt });
    refused(await issue(far(-1)), 422, 'VALIDATION');
    refused(await issue(far(400)), 422, 'VALIDATION');
    refused(await officer.client.post('/log-tokens', { name: 'x', expiresAt: far(1) }), 403, 'FORBIDDEN');
    const asked = async ({ token }: { token: string }) =>
      (await fetched('/api/v1/log/checkpoint', { Authorization: `Bearer ${token}` })).status;
    const short = must(await issue(new Date(app.deps.now().getTime() + 300).toISOString()), 201);
    await new Promise((resolve) => setTimeout(resolve, 320));
    assert.equal(await asked(short), 401);
    const [first, secadmin] = [must(await issue(far(1)), 201), await agency.person({ roles: ['secadmin'] })];
    assert.equal(await asked(first), 200);
    must(await secadmin.client.put(`/people/${other.id}/roles`, { roles: ['officer'] }));
    assert.equal(await asked(first), 403);
    must(await secadmin.client.put(`/people/${other.id}/roles`, { roles: ['auditor'] }));
    must(await secadmin.client.post(`/people/${other.id}/password-reset`, { reason: 'x' }));
    assert.equal(await asked(first), 401);
  });

  it('prints the verifier keys of all logs', async () => {
    const { code, out } = await tiezheng(['log-key'], app.place);
    assert.equal(code, 0);
    assert.ok(out.split('\n').includes(await vkey()), out);
  });

  it('answers 202 while the entry cannot be published, and says so on /readyz', async () => {
    const { log, anchors } = app.deps;
    const published = log.published(agency.id);
    const covering = anchors.covering.bind(anchors);
    anchors.covering = async (chain, seq) => {
      assert.deepEqual([chain, seq < (published?.size ?? 0)], [agency.id, true]);
      return undefined;
    };
    const response = await receipt();
    anchors.covering = covering;
    assert.deepEqual(
      [response.status, response.headers.get('retry-after'), await response.json()],
      [202, '2', { state: 'publishing' }],
    );
    must(await app.client().get(`${app.origin}/readyz`), 200);
  });

  itOnFiles('does not start with a ledger that is shorter than what is published', async () => {
    await app.stop();
    const { DatabaseSync } = await import('node:sqlite');
    const heads = join(app.dataDir, 'heads', agency.id);
    const db = new DatabaseSync(join(app.dataDir, 'tiezheng.db'));
    const kept = readdirSync(join(app.dataDir, 'evidence', agency.id, 'log', 'checkpoints'))
      .map(Number)
      .sort((a, b) => a - b);
    const [earlier = 0] = kept;
    const note = readFileSync(join(app.dataDir, 'evidence', agency.id, 'log', 'checkpoints', String(earlier)), 'utf8');
    db.prepare('DELETE FROM entries WHERE chain = ? AND seq >= ?').run(agency.id, earlier);
    db.close();
    chmodSync(heads, 0o600);
    writeFileSync(heads, note);
    assert.ok(kept.length > 1, String(kept));
    await assert.rejects(startApp({ dataDir: app.dataDir }), (error: Error) => {
      assert.ok(error instanceof HeadMismatch);
      assert.match(error.message, /published checkpoint has \d+: its tail is cut off/);
      return true;
    });
    const { code, err } = await tiezheng(['rebuild'], app.place);
    assert.equal(code, 65);
    assert.match(err, /restore/);
  });
});
