import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { createAuthority, issueTimestamper } from '../../signing/authority.ts';
import { imprintOf, makeQuery, tokenOfReply, verifyToken } from '../../signing/timestamp.ts';
import { answerQuery } from '../../signing/timestamp-authority.ts';
import { startApp, type TestApp } from '../support/app.ts';

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const naming = { commonName: 'Outside TSA', organization: 'Elsewhere', now: new Date(Date.now() - 60_000), random };

/** An authority outside, which can be told to answer otherwise. */
class OutsideTsa {
  readonly root = createAuthority(naming);
  readonly #leaf = issueTimestamper(this.root, { ...naming, commonName: 'TSA' });
  mode: 'good' | 'down' | 'redirect' | 'huge' | 'other' | 'old' = 'good';
  asked = 0;
  readonly server: Server = createServer(async (req, res) => {
    this.asked += 1;
    const parts: Buffer[] = [];
    for await (const part of req) parts.push(part as Buffer);
    const query = this.mode === 'other' ? makeQuery(imprintOf(Buffer.from('x')), random).query : Buffer.concat(parts);
    const authority = { ...this.#leaf, policy: '1.2.3.4', accuracySeconds: 1, random };
    const at = new Date(Date.now() - (this.mode === 'old' ? 40_000_000 : 0));
    if (this.mode === 'down') return res.writeHead(503).end();
    if (this.mode === 'redirect') return res.writeHead(302, { Location: '/elsewhere' }).end();
    res.writeHead(200, { 'Content-Type': 'application/timestamp-reply' });
    return res.end(this.mode === 'huge' ? Buffer.alloc(1_000_000) : answerQuery(authority, query, at));
  });
  get url() {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/tsa`;
  }
}

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
    await new Promise<void>((resolve) => outside.server.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(folder, 'roots.pem'), outside.root.certificatePem);
    const config = { TSA_URLS: `http://127.0.0.1:9/, ${outside.url}`, TSA_CA: join(folder, 'roots.pem') };
    app = await startApp({ config });
  });
  after(async () => {
    await app.destroy();
    outside.server.close();
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
