import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { verify } from '../../scripts/verify.ts';
import { certificateKind } from '../../server/certificates/events.ts';
import { SYSTEM_CHAIN } from '../../server/deps.ts';
import { stillInForce } from '../../server/seal/sign-timed.ts';
import { readOnePem } from '../../signing/certificate.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { bring, film, settled } from '../support/uploads.ts';

const YEAR_MS = 365.25 * 86_400_000;

describe('certificates of the embedded authority', () => {
  let app: TestApp;
  let agency: TestAgency;
  let folder: string;
  let officer: Client;
  let administrator: Client;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-certificates-'));
    app = await startApp();
    agency = await foundAgency(app);
    const department = await agency.department();
    officer = (await agency.person({ roles: ['officer'], departments: [department] })).client;
    administrator = (await agency.person({ roles: ['sysadmin'] })).client;
  });
  after(async () => {
    await app.destroy();
    rmSync(folder, { recursive: true });
  });

  const serialNow = () => readOnePem(app.deps.signer.certificatePem).serial;
  const stamperNow = () => readOnePem(app.deps.time.tsaPem.split(/(?=-----BEGIN)/)[0] as string).serial;
  const revoke = (serial: string, body: object) => administrator.post(`/certificates/${serial}/revoke`, body);

  async function sealed(seed: number): Promise<string> {
    const id = await bring(officer, film(3000, seed), { filename: `${seed}.mp4` });
    await settled(agency, id);
    return id;
  }

  async function bytesOf(path: string, name: string): Promise<string> {
    const response = await officer.fetch('GET', path);
    assert.equal(response.status, 200);
    writeFileSync(join(folder, name), new Uint8Array(await response.arrayBuffer()));
    return join(folder, name);
  }

  /** What `verify` says of a receipt as it is handed out now; with the revocation list of now when `list`. */
  async function judge(receipt: string, crl?: string): Promise<{ code: number; said: string }> {
    const said: string[] = [];
    const trust = await bytesOf('/trust/ca.pem', 'ca.pem');
    const code = await verify(receipt, { trust, crl }, false, (line) => said.push(line));
    return { code, said: said.join('\n') };
  }

  function openssl(certificatePem: string): string {
    writeFileSync(join(folder, 'one.pem'), certificatePem);
    const files = ['-CAfile', join(folder, 'ca.pem'), '-CRLfile', join(folder, 'now.crl')];
    const args = ['verify', '-x509_strict', '-crl_check', ...files, join(folder, 'one.pem')];
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
  }

  it('are entered when they are issued, once', async () => {
    const { items } = must(await administrator.get('/certificates'));
    assert.deepEqual(items.map(({ use }: { use: string }) => use).sort(), ['root', 'signer', 'timestamper']);
    await app.deps.certificates.settle();
    assert.equal(must(await administrator.get('/certificates')).items.length, 3);
    const { version } = await app.deps.ledger.load(certificateKind, SYSTEM_CHAIN, serialNow());
    assert.equal(version, 1);
    refused(await officer.get('/certificates'), 403, 'FORBIDDEN');
  });

  it('are revoked with a reason and replaced at once; what was stamped before still holds', async () => {
    const [old, oldPem] = [serialNow(), app.deps.signer.certificatePem];
    const { signer, time } = app.deps;
    await app.deps.certificates.settle();
    assert.equal(stillInForce(app.deps, { signer, time }), true);
    const record = await sealed(1);
    const earlier = await bytesOf(`/records/${record}/receipt`, 'earlier.zip');
    const answer = must(await revoke(old, { reason: 'keyCompromise' }));
    assert.equal(answer.revoked.reason, 'keyCompromise');
    assert.notEqual(serialNow(), old);
    assert.equal(stillInForce(app.deps, { signer, time }), false);
    const crl = await bytesOf('/trust/ca.crl', 'now.crl');
    for (const receipt of [earlier, await bytesOf(`/records/${record}/receipt`, 'later.zip')]) {
      const { code, said } = await judge(receipt, crl);
      assert.equal(code, 0, said);
    }
    assert.throws(() => openssl(oldPem), /certificate revoked/);
    assert.match(openssl(app.deps.signer.certificatePem), /OK/);
    const text = execFileSync('openssl', ['crl', '-inform', 'DER', '-in', crl, '-noout', '-text'], {
      encoding: 'utf8',
    });
    assert.match(text, /Key Compromise/);
    assert.equal(must(await revoke(old, { reason: 'superseded' })).revoked.reason, 'keyCompromise');
    const next = await sealed(2);
    const { code, said } = await judge(await bytesOf(`/records/${next}/receipt`, 'next.zip'), crl);
    assert.equal(code, 0, said);
  });

  it('refuse what was stamped after the key came into doubt', async () => {
    const record = await sealed(3);
    const since = new Date(app.clock.now().getTime() - 60_000).toISOString();
    must(await revoke(serialNow(), { reason: 'keyCompromise', since }));
    const { code, said } = await judge(await bytesOf(`/records/${record}/receipt`, 'doubted.zip'));
    assert.equal(code, 1);
    assert.match(said, /✗.*CERT_REVOKED/);
    const crl = await bytesOf('/trust/ca.crl', 'now.crl');
    const text = execFileSync('openssl', ['crl', '-inform', 'DER', '-in', crl, '-noout', '-text'], {
      encoding: 'utf8',
    });
    assert.match(text, /Invalidity Date/);
  });

  it('refuse every stamp of a time-stamper whose key was stolen, and only later ones of one that was replaced', async () => {
    const first = await sealed(4);
    must(await revoke(stamperNow(), { reason: 'superseded' }));
    const kept = await judge(await bytesOf(`/records/${first}/receipt`, 'first.zip'));
    assert.equal(kept.code, 0, kept.said);
    const second = await sealed(5);
    const earlier = await bytesOf(`/records/${second}/receipt`, 'second.zip');
    must(await revoke(stamperNow(), { reason: 'keyCompromise' }));
    assert.equal((await judge(earlier)).code, 0);
    const { code, said } = await judge(earlier, await bytesOf('/trust/ca.crl', 'now.crl'));
    assert.equal(code, 1);
    assert.match(said, /CERT_REVOKED/);
  });

  it('are renewed before they expire, without a restart', async () => {
    const old = [serialNow(), stamperNow()];
    app.clock.advance(9 * YEAR_MS);
    await app.deps.certificates.settle();
    assert.deepEqual([serialNow(), stamperNow()], old);
    app.clock.advance(0.6 * YEAR_MS);
    await app.deps.certificates.settle();
    assert.ok(!old.includes(serialNow()) && !old.includes(stamperNow()));
    app.clock.advance(-9.6 * YEAR_MS);
  });

  it('of the system are the affair of all its agencies; a root is not revoked by its own list', async () => {
    const { items } = must(await administrator.get('/certificates'));
    const root = items.find(({ use }: { use: string }) => use === 'root');
    refused(await revoke(root.serial, { reason: 'keyCompromise' }), 409, 'STATE_NOT_ALLOWED');
    refused(await revoke('0'.repeat(32), { reason: 'superseded' }), 404, 'NOT_FOUND');
    refused(await revoke(serialNow(), { reason: 'certificateHold' }), 422, 'VALIDATION');
    refused(await revoke(serialNow(), { reason: 'superseded', since: '2999-01-01T00:00:00Z' }), 422, 'VALIDATION');
    await foundAgency(app, 'second');
    refused(await revoke(serialNow(), { reason: 'superseded' }), 403, 'FORBIDDEN');
  });

  it('stay revoked after a restart', async () => {
    const crl = await bytesOf('/trust/ca.crl', 'before.crl');
    const count = (path: string) =>
      execFileSync('openssl', ['crl', '-inform', 'DER', '-in', path, '-noout', '-text'], { encoding: 'utf8' }).split(
        'Serial Number:',
      ).length;
    await app.stop();
    const again = await startApp({ dataDir: app.dataDir, clock: app.clock });
    try {
      writeFileSync(join(folder, 'after.crl'), again.deps.time.crl());
      assert.equal(count(join(folder, 'after.crl')), count(crl));
    } finally {
      await again.stop();
    }
  });
});
