import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { verify } from '../../scripts/verify.ts';
import { createDocumentChecks } from '../../server/media/document-checks.ts';
import { decodeManifest } from '../../signing/manifest.ts';
import { manifestKey } from '../../storage/objects/layout.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { bring, pdf, settled } from '../support/uploads.ts';
import { signedSample } from '../unit/paper/support.ts';
import { ca } from '../unit/signing/pki.ts';

describe('documents that come in signed', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: Client;
  let folder: string;
  let signed: Buffer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-signed-'));
    writeFileSync(join(folder, 'roots.pem'), ca.certificatePem);
    app = await startApp({ config: { DOCUMENT_TRUST: join(folder, 'roots.pem') } });
    agency = await foundAgency(app);
    officer = (await agency.person({ roles: ['officer'], departments: [await agency.department()] })).client;
    signed = await signedSample();
  });
  after(async () => {
    await app.destroy();
    rmSync(folder, { recursive: true });
  });

  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

  const sealed = async (bytes: Uint8Array) => {
    const id = await bring(officer, bytes, { filename: '鉴定意见.pdf' });
    const { manifest } = await settled(agency, id);
    const stored = await app.deps.evidence.get(manifestKey(agency.id, manifest?.sha256 ?? ''));
    const { body } = await officer.get(`/records/${id}`);
    return { id, manifest: decodeManifest(Buffer.concat(await Array.fromAsync(stored))), view: body };
  };

  it('are sealed with what was found, in the manifest and in the view', async () => {
    const { id, manifest, view } = await sealed(signed);
    assert.equal(manifest.v, 2);
    assert.deepEqual(
      manifest.documentSignatures?.map(({ result }) => result),
      ['valid'],
    );
    assert.deepEqual(view.documentSignatures, manifest.documentSignatures);
    const receipt = await officer.fetch('GET', `/records/${id}/receipt`);
    writeFileSync(join(folder, 'receipt.zip'), new Uint8Array(await receipt.arrayBuffer()));
    assert.equal(await verify(join(folder, 'receipt.zip'), {}, true, () => {}), 0);
  });

  it('are sealed too when a signature is bad: that is a finding', async () => {
    const changed = Buffer.from(
      signed.toString('latin1').replace('DisplayDocTitle true', 'DisplayDocTitle trua'),
      'latin1',
    );
    const { manifest } = await sealed(changed);
    assert.deepEqual(
      manifest.documentSignatures?.map(({ result, reason }) => [result, reason]),
      [['invalid', 'CMS_DIGEST_MISMATCH']],
    );
  });

  it('are as before when they have none', async () => {
    const { manifest, view } = await sealed(pdf('unsigned'));
    assert.deepEqual([manifest.v, manifest.documentSignatures, view.documentSignatures], [1, undefined, undefined]);
  });

  it('are CMS messages of other programs too, whole or changed, and signatures without their content', async () => {
    const root = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-utf8',
      '-subj',
      '/CN=鉴定人',
    ];
    openssl(...root, '-addext', 'keyUsage=digitalSignature', '-keyout', 'key.pem', '-out', 'cert.pem');
    writeFileSync(join(folder, 'opinion.txt'), '鉴定意见');
    const sign = ['cms', '-sign', '-binary', '-in', 'opinion.txt', '-signer', 'cert.pem', '-inkey', 'key.pem'];
    openssl(...sign, '-nodetach', '-outform', 'DER', '-out', 'whole.p7m');
    openssl(...sign, '-outform', 'DER', '-out', 'alone.p7s');
    const whole = readFileSync(join(folder, 'whole.p7m'));
    const { manifest, view } = await sealed(whole);
    assert.equal(manifest.mediaType, 'application/pkcs7-mime');
    assert.deepEqual(manifest.documentSignatures?.[0]?.result, 'unknown-issuer');
    assert.match(manifest.documentSignatures?.[0]?.signer?.subject ?? '', /鉴定人/);
    assert.deepEqual(view.documentSignatures, manifest.documentSignatures);
    const changed = Buffer.from(whole);
    changed[whole.indexOf('鉴定意见')]! ^= 1;
    const found = async (bytes: Uint8Array) => (await sealed(bytes)).manifest.documentSignatures?.[0];
    assert.equal((await found(changed))?.reason, 'CMS_DIGEST_MISMATCH');
    assert.equal((await found(readFileSync(join(folder, 'alone.p7s'))))?.result, 'not-checked');
    assert.equal((await found(whole.subarray(0, 200)))?.result, 'not-checked');
  });

  it('never keep the sealer: what is too much is not checked', async () => {
    const path = join(folder, 'slow.pdf');
    writeFileSync(path, signed);
    const checks = createDocumentChecks({
      trustFile: undefined,
      timeoutMs: 1,
      now: app.clock.now,
      logger: { info: () => {} },
    });
    assert.deepEqual(
      (await checks.signatures(path, 'application/pdf')).map(({ result }) => result),
      ['not-checked'],
    );
    assert.deepEqual(await checks.signatures(path, 'text/plain'), []);
  });
});
