import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { rawRequest } from '../support/raw.ts';

describe('http: what every answer and every caller is held to', () => {
  let app: TestApp;
  let agency: TestAgency;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
  });
  after(() => app.destroy());

  it('has the headers of a site that runs nothing but its own', async () => {
    for (const path of ['/healthz', '/nothing', '/api/v1/session', '/api/v1/trust', '/api/v1/openapi.json']) {
      const { headers } = await app.client().get(`${app.origin}${path}`);
      const csp = headers.get('content-security-policy') ?? '';
      assert.match(csp, /^default-src 'none';/);
      assert.match(csp, /script-src 'self'(;|$)/);
      assert.match(csp, /frame-ancestors 'none'(;|$)/);
      assert.doesNotMatch(csp, /unsafe|\*|http:/);
      assert.equal(headers.get('x-powered-by'), null);
      assert.equal(headers.get('server'), null);
      assert.equal(headers.get('x-content-type-options'), 'nosniff');
      assert.equal(headers.get('x-frame-options'), 'DENY');
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.equal(headers.get('access-control-allow-origin'), null);
      assert.equal(headers.get('strict-transport-security'), null);
      assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
    }
  });

  it('speaks Chinese unless English is preferred', async () => {
    const spoken: [string | undefined, string][] = [
      [undefined, 'zh-CN'],
      ['zh-CN', 'zh-CN'],
      ['zh-TW, en;q=0.8', 'zh-CN'],
      ['en', 'en'],
      ['en-GB', 'en'],
      ['en;q=0.5, zh;q=0.9', 'zh-CN'],
      ['zh;q=0.5, en;q=0.9', 'en'],
      ['fr', 'zh-CN'],
      ['fr, en;q=0.1', 'en'],
      ['*', 'zh-CN'],
      ['en;q=0', 'zh-CN'],
      [';;;=,,,', 'zh-CN'],
      [`${'a-'.repeat(3000)}`, 'zh-CN'],
    ];
    for (const [asked, expected] of spoken) {
      const headers = asked === undefined ? [] : [`Accept-Language: ${asked}`];
      const { head, body } = await rawRequest(app.origin, 'GET /api/v1/session', headers);
      assert.match(head, new RegExp(`\\r\\nContent-Language: ${expected}\\r\\n`), asked ?? 'absent');
      assert.match(head, /\r\nVary: Accept-Language/);
      assert.equal(/[\u4e00-\u9fff]/.test(JSON.parse(body).title), expected === 'zh-CN', asked ?? 'absent');
    }
  });

  it('says nothing of the inside when something breaks', async () => {
    const { client } = await agency.person({ roles: ['officer'] });
    const { documents } = app.deps;
    const find = documents.find;
    documents.find = () => Promise.reject(new Error('SELECT secret FROM /var/lib/tiezheng'));
    try {
      const answer = await client.get('/subjects');
      const problem = refused(answer, 500, 'INTERNAL');
      assert.deepEqual(Object.keys(problem).sort(), ['code', 'detail', 'requestId', 'status', 'title', 'type']);
      assert.equal(problem.requestId, answer.headers.get('x-request-id'));
      assert.doesNotMatch(JSON.stringify(problem), /secret|SELECT|Error|node:/);
    } finally {
      documents.find = find;
    }
    assert.equal((await client.get('/subjects')).status, 200);
  });

  describe('writes by cookie', () => {
    it('come from our own origin, whatever the route and the body', async () => {
      const { client } = await agency.person({ roles: ['officer', 'clerk', 'sysadmin'] });
      const foreign: Record<string, string>[] = [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: app.origin.replace('http:', 'https:') },
        { origin: app.origin.replace(/:\d+$/, '') },
        { origin: `${app.origin}.evil.example` },
        { origin: '' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { 'sec-fetch-site': 'same-site', origin: app.origin },
      ];
      for (const headers of foreign) {
        for (const [method, path] of [
          ['POST', '/subjects'],
          ['PUT', '/subjects/external/a/b'],
          ['PATCH', `/subjects/${app.deps.newId()}`],
          ['POST', '/uploads'],
          ['POST', '/records'],
          ['DELETE', '/session'],
        ] as const) {
          const answer = await client.send(method, path, { headers });
          refused(answer, 403, 'ORIGIN_REJECTED');
        }
      }
      const own: Record<string, string>[] = [{ origin: app.origin }, { 'sec-fetch-site': 'same-origin' }, {}];
      for (const headers of own)
        assert.equal((await client.post('/subjects', { type: 'person', name: 'x' }, headers)).status, 201);
      assert.equal((await client.get('/session', { origin: 'https://evil.example' })).status, 200);
    });

    it('holds the ways in to it too', async () => {
      const headers = { origin: 'https://evil.example' };
      const admission = { username: 'a', password: 'b' };
      refused(await app.client().post('/session', admission, headers), 403, 'ORIGIN_REJECTED');
    });

    it('asks nothing of docks, whose token no browser sends by itself', async () => {
      const { client } = await agency.dock(await agency.department());
      const sent = { headers: { origin: 'https://evil.example', 'tus-resumable': '1.0.0' } };
      refused(await client.send('POST', '/uploads', sent), 400, 'UPLOAD_LENGTH');
    });
  });

  it('takes a session from its cookie only, and a token from its header only', async () => {
    const { client } = await agency.person({ roles: ['officer'] });
    const token = client.cookie?.split('=')[1] as string;
    refused(await app.client().get('/session', { authorization: `Bearer ${token}` }), 401, 'NOT_AUTHENTICATED');
    refused(await app.client().get(`/session?tiezheng=${token}`), 401, 'NOT_AUTHENTICATED');
    // Both at once: the header speaks, so that a cookie never lends a dock its rights or the other way.
    refused(await client.get('/session', { authorization: 'Bearer x' }), 401, 'NOT_AUTHENTICATED');
    const twice = await rawRequest(app.origin, 'GET /api/v1/session', [`Cookie: tiezheng=x; tiezheng=${token}`]);
    assert.ok([200, 401].includes(twice.status));
  });

  it('never goes on with a session that was there before signing in', async () => {
    const sysadmin = (await agency.person({ roles: ['sysadmin'] })).client;
    const { oneTimePassword } = must(await sysadmin.post('/people', { name: '王五', username: 'fixed' }), 201);
    const fixed = app.client();
    fixed.cookie = `tiezheng=${'A'.repeat(43)}`;
    must(await fixed.post('/session', { username: 'fixed', password: oneTimePassword }));
    assert.notEqual(fixed.cookie, `tiezheng=${'A'.repeat(43)}`);
    const first = fixed.cookie;
    must(await fixed.post('/session', { username: 'fixed', password: oneTimePassword }));
    assert.notEqual(fixed.cookie, first);
    fixed.cookie = first;
    refused(await fixed.get('/session'), 401, 'NOT_AUTHENTICATED');
  });
});

describe('http: behind https', () => {
  it('binds cookies and browsers to it', async () => {
    const app = await startApp({ config: { PUBLIC_URL: 'https://evidence.example/' } });
    try {
      const agency = await foundAgency(app);
      const { client } = await agency.person({ roles: ['sysadmin'] });
      const { oneTimePassword } = must(await client.post('/people', { name: '李四', username: 'li' }), 201);
      const answer = await app.client().post('/session', { username: 'li', password: oneTimePassword });
      const cookie = answer.headers.get('set-cookie') ?? '';
      assert.match(cookie, /^__Host-tiezheng=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
      assert.match(answer.headers.get('strict-transport-security') ?? '', /^max-age=31536000/);
      refused(await client.post('/departments', { name: 'x' }, { origin: app.origin }), 403, 'ORIGIN_REJECTED');
      must(await client.post('/departments', { name: 'x' }, { origin: 'https://evidence.example' }), 201);
    } finally {
      await app.destroy();
    }
  });
});

describe('http: addresses and rates', () => {
  /** Calls without a session until one is refused; how many were let in. */
  async function allowed(app: TestApp, forwarded?: (call: number) => string): Promise<number> {
    for (let call = 0; ; call++) {
      const headers: Record<string, string> = forwarded ? { 'x-forwarded-for': forwarded(call) } : {};
      if ((await app.client().get('/trust', headers)).status === 429 || call === 20) return call;
    }
  }

  it('are those of the connection, unless a trusted proxy tells another', async () => {
    const plain = await startApp({ config: { RATE_ADDRESS: '5' } });
    const proxied = await startApp({ config: { RATE_ADDRESS: '5', TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1' } });
    try {
      assert.equal(await allowed(plain, (call) => `192.0.2.${call}`), 5);
      assert.equal(await allowed(proxied, (call) => `192.0.2.${call}`), 20);
      assert.equal(await allowed(proxied, () => '198.51.100.1'), 5);
      // What a client put before the proxy's own word is not believed.
      assert.equal(await allowed(proxied, (call) => `192.0.2.${call}, 198.51.100.2`), 5);
      assert.equal(await allowed(proxied, (call) => `192.0.2.${call}, 198.51.100.3, 10.1.1.1`), 5);
      for (const forged of ['<script>', 'unknown', "' or 1=1", `${'9'.repeat(8000)}`, '1.2.3.4:80'])
        assert.notEqual((await proxied.client().get('/trust', { 'x-forwarded-for': forged })).status, 500);
      // What is no address counts as the proxy's own.
      assert.equal(await allowed(proxied, (call) => `no-address-${call}`), 0);
      // One host of IPv6 has a whole /64.
      assert.equal(await allowed(proxied, (call) => `2001:db8:1:2::${call.toString(16)}`), 5);
    } finally {
      await plain.destroy();
      await proxied.destroy();
    }
  });

  it('have a bucket for calls, one for transfers, and one for addresses before log-in', async () => {
    const app = await startApp({ config: { RATE_ADDRESS: '2', RATE_CALLS: '3', RATE_TRANSFERS: '4' } });
    try {
      const agency = await foundAgency(app);
      const { client, id } = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
      const until = async (call: () => Promise<{ status: number }>) => {
        for (let made = 0; ; made++) if ((await call()).status === 429) return made;
      };
      const transfer = () =>
        client.send('HEAD', `/uploads/${app.deps.newId()}`, { headers: { 'tus-resumable': '1.0.0' } });
      assert.equal(await until(() => client.get('/session')), 3);
      assert.equal(await until(transfer), 4);
      assert.equal(await until(() => app.client().get('/session')), 2);
      // A second session of the same person has no second bucket; another person has.
      refused(await (await agency.signIn(id)).get('/session'), 429, 'TOO_MANY_REQUESTS');
      must(await (await agency.person()).client.get('/session'));
      const answer = await client.get('/session');
      const { detail } = refused(answer, 429, 'TOO_MANY_REQUESTS');
      const seconds = Number(answer.headers.get('retry-after'));
      assert.ok(seconds >= 1 && seconds <= 60, detail);
      assert.equal((await app.client().get(`${app.origin}/healthz`)).status, 200);
    } finally {
      await app.destroy();
    }
  });
});
