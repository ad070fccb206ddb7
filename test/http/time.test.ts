import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { imprintOf, makeQuery, tokenOfReply, verifyToken } from '../../signing/timestamp.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { OutsideTsa, random } from '../support/outside-tsa.ts';

const post = (origin: string, body: Uint8Array, headers: Record<string, string> = {}) =>
  fetch(`${origin}/tsa`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/timestamp-query', ...headers },
    body: Buffer.from(body),
  });

describe('http: time stamps of our own', () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.destroy());

  it('are given on this machine, and to nobody that a proxy passed on', async () => {
    const { query, nonce } = makeQuery(imprintOf(Buffer.from('x')), random);
    const response = await post(app.origin, query);
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'application/timestamp-reply']);
    const token = tokenOfReply(new Uint8Array(await response.arrayBuffer()));
    const ca = await (await fetch(`${app.origin}/api/v1/trust/ca.pem`)).text();
    const { tsa } = verifyToken({ token, imprint: imprintOf(Buffer.from('x')), nonce, trust: [ca] });
    assert.match(tsa.subject, /自签时间戳 Self-issued/);
    assert.equal(await (await fetch(`${app.origin}/api/v1/trust/tsa.pem`)).text(), tsa.certificatePem);
    assert.equal((await post(app.origin, query, { 'X-Forwarded-For': '10.0.0.1' })).status, 404);
    assert.equal((await post(app.origin, query, { 'Content-Type': 'text/plain' })).status, 415);
    assert.equal((await post(app.origin, new Uint8Array(9000))).status, 413);
    const refused = await post(app.origin, Buffer.from('x'));
    assert.equal(refused.status, 200);
    assert.throws(() => tokenOfReply(Buffer.from([])), /RFC 3161/);
  });
});

describe('time from outside', () => {
  const outside = new OutsideTsa();
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-tsa-'));
  let app: TestApp;

  before(async () => {
    const url = await outside.start();
    writeFileSync(join(folder, 'roots.pem'), outside.root.certificatePem);
    const config = { TSA_URLS: `http://127.0.0.1:9/, ${url}`, TSA_CA: join(folder, 'roots.pem') };
    app = await startApp({ config });
  });
  after(async () => {
    await app.destroy();
    outside.stop();
    rmSync(folder, { recursive: true });
  });

  it('comes from the first that answers, and is not called self-issued', async () => {
    const stamp = await app.deps.timestamper.stamp(imprintOf(Buffer.from('x')));
    assert.equal(stamp?.selfIssued, false);
    assert.ok(app.deps.time.tsaPem.endsWith(readFileSync(join(folder, 'roots.pem'), 'utf8')));
  });

  for (const mode of ['down', 'redirect', 'huge', 'other', 'old'] as const) {
    it(`is none when the authority is ${mode}; it is then left alone for a while`, async () => {
      outside.mode = mode;
      assert.equal(await app.deps.timestamper.stamp(imprintOf(Buffer.from('x'))), undefined);
      const { asked } = outside;
      assert.equal(await app.deps.timestamper.stamp(imprintOf(Buffer.from('x'))), undefined);
      assert.equal(outside.asked, asked);
      outside.mode = 'good';
      app.clock.advance(20_000);
      assert.ok(await app.deps.timestamper.stamp(imprintOf(Buffer.from('x'))));
    });
  }
});
