import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
