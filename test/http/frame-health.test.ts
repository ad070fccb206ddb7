import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { createApp } from '../../server/app.ts';
import type { Door, Route } from '../../server/http/route.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { exchange } from '../support/raw.ts';

const token = 'a-token-of-some-length';

describe('http: health, metrics and the description', () => {
  let app: TestApp;
  let metricsPort: number;
  let routes: readonly (Route | Door)[];

  before(async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => probe.once('listening', resolve));
    metricsPort = (probe.address() as AddressInfo).port;
    await new Promise((resolve) => probe.close(resolve));
    app = await startApp({ config: { METRICS_TOKEN: token, METRICS_PORT: String(metricsPort) } });
    routes = createApp(app.deps, app.service.access).routes;
  });
  after(() => app.destroy());

  const get = (path: string, headers = {}) => app.client().get(`${app.origin}${path}`, headers);

  it('says that it lives, without more', async () => {
    const response = await fetch(`${app.origin}/healthz`);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), 'ok\n');
    refused(await app.client().send('POST', `${app.origin}/healthz`), 404, 'NOT_FOUND');
  });

  it('says whether it is ready, and which part is not', async () => {
    const ready = must(await get('/readyz'));
    assert.equal(ready.ready, true);
    assert.deepEqual(ready.engines, { ledger: 'ok', documents: 'ok', evidence: 'ok', work: 'ok' });
    assert.ok(['ok', 'unavailable'].includes(ready.probe));
    assert.ok(ready.head.distance >= 0);
    const { evidence } = app.deps;
    const freeSpace = evidence.freeSpace;
    evidence.freeSpace = () => Promise.reject(new Error('EIO /secret/path'));
    try {
      const failing = await get('/readyz');
      assert.equal(failing.status, 503);
      assert.equal(failing.body.engines.evidence, 'failing');
      assert.doesNotMatch(JSON.stringify(failing.body), /secret/);
    } finally {
      evidence.freeSpace = freeSpace;
    }
  });

  it('asks its engines once for all who ask at once', async () => {
    const { evidence } = app.deps;
    const freeSpace = evidence.freeSpace;
    let asked = 0;
    evidence.freeSpace = () => {
      asked += 1;
      return freeSpace.call(evidence);
    };
    try {
      const line = 'GET /readyz HTTP/1.1\r\nHost: x\r\n';
      const answers = await exchange(app.origin, `${`${line}\r\n`.repeat(20)}${line}Connection: close\r\n\r\n`);
      assert.equal(answers.match(/HTTP\/1\.1 200 /g)?.length, 21);
      assert.equal(asked, 1);
      must(await get('/readyz'));
      assert.equal(asked, 2);
    } finally {
      evidence.freeSpace = freeSpace;
    }
  });

  it('shows numbers to the token only, and on the loopback listener', async () => {
    for (const authorization of ['', 'Bearer', 'Bearer x', `Bearer ${token}x`, `Basic ${token}`, `Bearer  ${token}`])
      refused(await get('/metrics', authorization ? { authorization } : {}), 404, 'NOT_FOUND');
    const response = await fetch(`${app.origin}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    const text = await response.text();
    assert.match(text, /^tiezheng_http_requests_total\{method="GET",status="200"\} \d+$/m);
    assert.match(text, /^tiezheng_head_distance_entries \d+$/m);
    const own = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
    assert.equal(own.status, 200);
    assert.match(await own.text(), /tiezheng_http_seconds/);
    for (const path of ['/', '/api/v1/trust', '/healthz'])
      assert.equal((await fetch(`http://127.0.0.1:${metricsPort}${path}`)).status, 404);
  });

  it('has no metrics without a token', async () => {
    const bare = await startApp();
    try {
      for (const headers of [{}, { authorization: 'Bearer undefined' }])
        refused(await bare.client().get(`${bare.origin}/metrics`, headers as Record<string, string>), 404, 'NOT_FOUND');
    } finally {
      await bare.destroy();
    }
  });

  it('describes every route in OpenAPI 3.1', async () => {
    const document = must(await app.client().get('/openapi.json'));
    assert.equal(document.openapi, '3.1.0');
    const ids = new Set<string>();
    for (const { method, path, params, access } of routes) {
      const name = `${method} ${path}`;
      const operation = document.paths[`/api/v1${path.replace('{+', '{')}`]?.[method];
      assert.ok(operation, name);
      assert.ok(/^[A-Za-z_]+$/.test(operation.operationId) && !ids.has(operation.operationId), operation.operationId);
      ids.add(operation.operationId);
      const inPath = [...path.matchAll(/\{\+?(\w+)\}/g)].map(([, parameter]) => parameter);
      const described = operation.parameters.filter((one: { in: string }) => one.in === 'path');
      assert.deepEqual(described.map((one: { name: string }) => one.name).sort(), inPath.sort(), name);
      assert.equal(params !== undefined, inPath.length > 0, name);
      assert.equal(operation.security.length === 0, 'open' in access, name);
      assert.ok(
        Object.keys(operation.responses).some((status) => /^2(\d\d|XX)$/.test(status)),
        name,
      );
      assert.doesNotMatch(JSON.stringify(operation), /"\$schema"|"\$ref"|"\$defs"/, name);
    }
    const count = Object.values(document.paths as Record<string, object>).flatMap((path) => Object.keys(path)).length;
    assert.equal(count, routes.length);
  });

  it('lets no route touch bytes without an entry', () => {
    const touching = routes.filter(
      ({ method, path }) =>
        (path.startsWith('/uploads') && !(method === 'get' && path === '/uploads')) ||
        path.endsWith('/content') ||
        (method === 'post' && path === '/records'),
    );
    assert.ok(touching.length >= 8, String(touching.length));
    for (const { method, path, evidence, leaves, transfer } of touching) {
      assert.equal(evidence, true, `${method} ${path}`);
      assert.ok(leaves.length > 0 && transfer, `${method} ${path}`);
    }
    // Whatever answers by bytes touches them.
    for (const route of routes) if ('kind' in route && route.kind === 'content') assert.ok(touching.includes(route));
  });

  it('gives nobody another person’s secrets in its description', async () => {
    const agency = await foundAgency(app);
    const { client } = await agency.person({ roles: ['secadmin', 'auditor'] });
    const people = JSON.stringify(must(await client.get('/people')));
    assert.doesNotMatch(people, /hash|tag|nonce|credential|password":"/i);
  });
});
