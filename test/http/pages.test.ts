import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { after, before, describe, it } from 'mocha';
import { startApp, type TestApp } from '../support/app.ts';
import { refused } from '../support/client.ts';
import { rawRequest } from '../support/raw.ts';

describe('http: pages', () => {
  let app: TestApp;
  let html: string;
  before(async function () {
    app = await startApp();
    if (!app.deps.pages) return this.skip();
    html = await (await fetch(app.origin)).text();
  });
  after(() => app?.destroy());

  const files = () => [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path as string);

  it('are one document, at every address that can be a page’s', async () => {
    for (const path of ['/', '/setup', '/people', '/cases/0199-abc/records']) {
      const response = await fetch(app.origin + path);
      assert.equal(response.status, 200, path);
      assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      assert.match(response.headers.get('permissions-policy') ?? '', /geolocation=\(\)/);
      assert.equal(response.headers.get('cross-origin-opener-policy'), 'same-origin');
    }
    for (const path of [
      '/api',
      '/api/v1/nothing',
      '/assets/nothing.js',
      '/assets',
      '/a.b',
      '/a%2Fb',
      '/a//b',
      '/log/x/checkpoint',
    ])
      refused(await app.client().get(app.origin + path), 404, 'NOT_FOUND');
    refused(await app.client().send('POST', `${app.origin}/people`), 404, 'NOT_FOUND');
    assert.equal((await rawRequest(app.origin, 'GET /people')).status, 404);
    refused(await app.client().get(`${app.origin}/people`, { accept: 'application/json' }), 404, 'NOT_FOUND');
  });

  it('run scripts of the origin alone, and styles with the nonce of this one answer', async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 2; i++) {
      const response = await fetch(app.origin);
      const policy = response.headers.get('content-security-policy') ?? '';
      const nonce = /style-src 'self' 'nonce-([\w+/]{22}==)'/.exec(policy)?.[1] ?? '';
      assert.match(policy, /script-src 'self';/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.ok((await response.text()).includes(`nonce="${nonce}"`));
      seen.add(nonce);
    }
    assert.equal(seen.size, 2);
    assert.doesNotMatch(html, /<script(?![^>]* src=)|style=|<style|\son\w+=/);
  });

  it('bring files that are kept for ever, in the smallest form that is taken', async () => {
    for (const path of files()) {
      const forms: Record<string, (bytes: Uint8Array) => Uint8Array> = {
        br: brotliDecompressSync,
        gzip: gunzipSync,
        identity: (bytes) => bytes,
      };
      const bodies = await Promise.all(
        Object.entries(forms).map(async ([form, plain]) => {
          const { headers, bytes } = await rawBytes(path, form);
          assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
          assert.match(headers.vary ?? '', /Accept-Encoding/);
          // A worker runs under it; the pages have a stricter one.
          assert.match(String(headers['content-security-policy']), /script-src 'self' 'wasm-unsafe-eval';/);
          assert.match(headers['content-type'] ?? '', /^(text\/(javascript|css)|image\/svg\+xml)/);
          const encoded = headers['content-encoding'];
          if (bytes.length > 1000) assert.equal(encoded ?? 'identity', form);
          return Buffer.from(encoded ? plain(bytes) : bytes).toString('base64');
        }),
      );
      assert.equal(new Set(bodies).size, 1, path);
    }
  });

  it('weigh less than 300 KiB, compressed by gzip, for the first page', async () => {
    const sizes = await Promise.all(files().map(async (path) => (await rawBytes(path, 'gzip')).bytes.length));
    const sum = sizes.reduce((all, size) => all + size, Buffer.byteLength(html));
    assert.ok(sum < 300 * 1024, `${sum} bytes`);
  });

  /** As it comes, not decoded. */
  async function rawBytes(
    path: string,
    encoding: string,
  ): Promise<{ headers: IncomingHttpHeaders; bytes: Uint8Array }> {
    const request = get(app.origin + path, { headers: { 'accept-encoding': encoding } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return { headers: response.headers, bytes: await buffer(response) };
  }
});
