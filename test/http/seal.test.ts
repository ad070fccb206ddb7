import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { verify } from '../../scripts/verify.ts';
import { digestFile } from '../../server/seal/digest.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { begun, bring, film, head, idOf, offsetOf, patch, pdf, program, settled, sha256 } from '../support/uploads.ts';

const digest = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest('hex');

describe('sealing and its receipt', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: Client;
  let dock: Client;
  let folder: string;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    const department = await agency.department();
    officer = (await agency.person({ roles: ['officer'], departments: [department] })).client;
    dock = (await agency.dock(department)).client;
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-seal-'));
  });
  after(async () => {
    await app.destroy();
    rmSync(folder, { recursive: true });
  });

  it('digests files of every size as OpenSSL does', async () => {
    const [KiB, MiB] = [1024, 1024 ** 2];
    for (const size of [0, 1, 512 * KiB, 512 * KiB + 1, MiB - 1, MiB, MiB + 1, 9 * MiB, 17 * MiB + 3]) {
      const bytes = film(Math.max(size, 24), size).subarray(0, size);
      const path = join(folder, 'bytes');
      writeFileSync(path, bytes);
      const expected = { size, sha256: digest('sha256', bytes), sm3: digest('sm3', bytes) };
      assert.deepEqual(await digestFile(path, true), expected);
      const { sm3, ...without } = expected;
      assert.ok(sm3);
      assert.deepEqual(await digestFile(path, false), without);
    }
    const signal = AbortSignal.abort();
    await assert.rejects(digestFile(join(folder, 'bytes'), true, signal), { name: 'AbortError' });
    await assert.rejects(digestFile(join(folder, 'none'), true), { code: 'ENOENT' });
  });

  it('reads footage back while it arrives, also over breaks and refused bytes', async () => {
    const bytes = film(24 * 1024 ** 2, 4);
    const place = await begun(officer, { length: bytes.length });
    for (let at = 0; at < bytes.length; ) {
      const to = Math.min(bytes.length, at + 7_000_000);
      const tooMany = new Blob([bytes.subarray(at), new Uint8Array(2_000_000).fill(7)]).stream();
      refused(await patch(officer, place, at, tooMany), 413, 'FILE_TOO_LARGE');
      assert.equal(offsetOf(await head(officer, place)), at);
      must(await patch(officer, place, at, bytes.subarray(at, to)), 204);
      at = to;
    }
    const { object, state } = await settled(agency, idOf(place));
    assert.equal(state, 'sealed');
    assert.deepEqual(object, { sha256: digest('sha256', bytes), sm3: digest('sm3', bytes), size: bytes.length });
  });

  it('gives a receipt that verifies, and that is nobody else’s', async () => {
    const bytes = film(50_000, 6);
    const id = await bring(dock, bytes, { filename: '现场.mp4', sha256: sha256(bytes) });
    refused(await officer.get('/records/00000000-0000-7000-8000-000000000000/receipt'), 404, 'NOT_FOUND');
    await settled(agency, id);
    for (const [client, query] of [
      [officer, ''],
      [dock, '?paper=no'],
    ] as const) {
      const response = await client.fetch('GET', `/records/${id}/receipt${query}`);
      assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/zip']);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      const path = join(folder, 'receipt.zip');
      writeFileSync(path, new Uint8Array(await response.arrayBuffer()));
      const trust = join(folder, 'ca.pem');
      writeFileSync(trust, app.deps.signer.caPem);
      const lines: string[] = [];
      assert.equal(await verify(path, { trust }, true, (line) => lines.push(line)), 0);
      assert.equal(/receipt\.paper/.test(lines.join('\n')), query === '');
    }
    refused(await dock.get(`/records/${id}/receipt?paper=maybe`), 422, 'VALIDATION');
    const other = await foundAgency(app, 'other');
    const { client: alien } = await other.person({ roles: ['auditor'] });
    refused(await alien.get(`/records/${id}/receipt`), 404, 'NOT_FOUND');
    const { client: second } = await agency.dock(await agency.department());
    refused(await second.get(`/records/${id}/receipt`), 403, 'FORBIDDEN');
    refused(await app.client().get(`/records/${id}/receipt`), 401, 'NOT_AUTHENTICATED');
    const quarantined = await bring(dock, program);
    await settled(agency, quarantined);
    refused(await officer.get(`/records/${quarantined}/receipt`), 409, 'NOT_SEALED');
  });

  it('shows the manifest to who reads the record, as it was signed', async () => {
    const id = await bring(officer, pdf('manifest'), { filename: '清单.pdf' });
    const { manifest } = await settled(agency, id);
    const { sha256: told, text } = must(await officer.get(`/records/${id}/manifest`)) as {
      sha256: string;
      text: string;
    };
    assert.deepEqual([told, sha256(Buffer.from(text))], [manifest?.sha256, manifest?.sha256]);
    assert.equal(JSON.parse(text).record, id);
    const other = await foundAgency(app, 'elsewhere');
    const { client: alien } = await other.person({ roles: ['auditor'] });
    refused(await alien.get(`/records/${id}/manifest`), 404, 'NOT_FOUND');
    const { client: neighbour } = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
    refused(await neighbour.get(`/records/${id}/manifest`), 403, 'FORBIDDEN');
    const quarantined = await bring(dock, program);
    await settled(agency, quarantined);
    refused(await officer.get(`/records/${quarantined}/manifest`), 409, 'NOT_SEALED');
  });

  it('makes a signature that OpenSSL accepts over the exact bytes of the manifest', async () => {
    const id = await bring(officer, pdf('openssl'), { filename: 'a.pdf' });
    const { manifest, signature } = await settled(agency, id);
    const files = { manifest: 'm.json', signature: 's.p7s' };
    for (const [what, digestOf, ending] of [
      ['manifest', manifest?.sha256, '.json'],
      ['signature', signature?.sha256, '.p7s'],
    ] as const) {
      const key = `${agency.id}/${what}s/${digestOf}${ending}`;
      const bytes = Buffer.concat(await Array.fromAsync(await app.deps.evidence.get(key)));
      assert.equal(sha256(bytes), digestOf);
      writeFileSync(join(folder, files[what]), bytes);
    }
    const { ca } = must(await app.client().get('/trust'));
    writeFileSync(join(folder, 'ca.pem'), ca);
    const args = ['-verify', '-cades', '-binary', '-purpose', 'any', '-inform', 'DER', '-in', files.signature];
    execFileSync('openssl', ['cms', ...args, '-content', files.manifest, '-CAfile', 'ca.pem', '-out', '/dev/null'], {
      cwd: folder,
      stdio: 'ignore',
    });
  });

  it('seals many small files at once, each once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 60 }, (_, i) => bring(dock, pdf(`many ${i % 40}`), { filename: `${i}.pdf` })),
    );
    const records = await Promise.all(ids.map((id) => settled(agency, id)));
    assert.ok(records.every(({ state }) => state === 'sealed'));
    assert.equal(records.filter(({ duplicateOf }) => duplicateOf).length, 20);
  });
});
