import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, refused } from '../support/client.ts';
import { exchange, parse, problem, rawRequest } from '../support/raw.ts';

/** What hostile and broken clients send: each gets a problem, and none a 500. */
describe('http: requests that cannot be meant', () => {
  let app: TestApp;
  let officer: Client;
  let clerk: Client;
  let departmentId: string;

  before(async () => {
    app = await startApp();
    const agency = await foundAgency(app);
    departmentId = await agency.department();
    officer = (await agency.person({ roles: ['officer'], departments: [departmentId] })).client;
    clerk = (await agency.person({ roles: ['clerk', 'sysadmin'], departments: [departmentId] })).client;
  });
  after(() => app.destroy());

  const raw = (line: string, headers: string[] = [], body?: string | Uint8Array) =>
    rawRequest(app.origin, line, [`Cookie: ${officer.cookie}`, ...headers], body);
  const json = ['Content-Type: application/json'];

  describe('addresses', () => {
    it('unknown, of another case, or with a slash too many are not found', async () => {
      for (const path of ['/', '/api', '/api/v1', '/api/v1/nothing', '/api/v1/Session', '/api/v1/session/', '/setup/x'])
        problem(await raw(`GET ${path}`), 404, 'NOT_FOUND');
    });

    it('with bad percent-encoding, NUL or climbing parts name nothing', async () => {
      for (const part of [
        '%',
        '%zz',
        '%c0%ae',
        '%ff',
        '%00',
        '..%2f..%2fetc%2fpasswd',
        '%2e%2e',
        "' or 1=1",
        '__proto__',
      ])
        problem(await raw(`GET /api/v1/records/${part.replaceAll(' ', '%20')}`), 404, 'NOT_FOUND');
      for (const path of ['/api/v1/subjects/external/s/%E0%A4%A', '/api/v1/people/external/%/x'])
        problem(await raw(`PUT ${path}`, json, '{}'), 404, 'NOT_FOUND');
      for (const path of ['/../../etc/passwd', '//evil.example/api/v1/session', '/%2e%2e/%2e%2e/etc/passwd'])
        problem(await raw(`GET ${path}`), 404, 'NOT_FOUND');
    });

    it('too long are refused', async () => {
      problem(await raw(`GET /api/v1/records?q=${'a'.repeat(9000)}`), 414, 'ADDRESS_TOO_LONG');
      problem(await raw(`GET /${'a'.repeat(20_000)}`), 431, 'HEADERS_TOO_LARGE');
    });

    it('with another method tell which ones there are', async () => {
      const answer = await raw('PUT /api/v1/session', json, '{}');
      problem(answer, 405, 'METHOD_NOT_ALLOWED');
      assert.match(answer.head, /\r\nAllow: POST, GET, DELETE, HEAD, OPTIONS\r\n/);
      problem(await raw('TRACE /api/v1/session'), 405, 'METHOD_NOT_ALLOWED');
      problem(await raw('PROPFIND /api/v1/records'), 405, 'METHOD_NOT_ALLOWED');
      const options = await rawRequest(app.origin, 'OPTIONS /api/v1/records');
      assert.equal(options.status, 204);
      assert.match(options.head, /\r\nAllow: (?=.*GET)(?=.*POST)(?=.*HEAD)/);
      assert.doesNotMatch(options.head, /access-control/i);
    });

    it('are read by HEAD as by GET, without a body', async () => {
      const [get, head] = [await raw('GET /api/v1/session'), await raw('HEAD /api/v1/session')];
      assert.deepEqual([get.status, head.status, head.body], [200, 200, '']);
      assert.equal(/content-length: (\d+)/i.exec(head.head)?.[1], /content-length: (\d+)/i.exec(get.head)?.[1]);
    });
  });

  describe('queries', () => {
    it('with unknown, repeated or nested names, or values out of bounds, are refused with their pointer', async () => {
      const faults: [string, string][] = [
        ['x=1', '/query/x'],
        ['limit=1&limit=2', '/query/limit'],
        ['limit[]=1', '/query/limit[]'],
        ['limit[$gt]=1', '/query/limit[$gt]'],
        ['__proto__=1', '/query/__proto__'],
        ['__proto__[limit]=1', '/query/__proto__[limit]'],
        ['constructor=1', '/query/constructor'],
        ['limit=', '/query/limit'],
        ['limit=0', '/query/limit'],
        ['limit=201', '/query/limit'],
        ['limit=-1', '/query/limit'],
        ['limit=1e1', '/query/limit'],
        ['limit=0x10', '/query/limit'],
        ['limit=%201', '/query/limit'],
        ['limit=99999999999999999999999', '/query/limit'],
        ['limit=NaN', '/query/limit'],
        ['state=open', '/query/state'],
        ['from=2020', '/query/from'],
        ['departmentId=x', '/query/departmentId'],
        ['unclaimed=1', '/query/unclaimed'],
        ['q=%00', '/query/q'],
        ['q=', '/query/q'],
        [`q=${'a'.repeat(201)}`, '/query/q'],
      ];
      for (const [query, pointer] of faults) {
        const { errors } = refused(await officer.get(`/records?${query}`), 422, 'VALIDATION');
        assert.equal(errors[0].pointer, pointer, query);
      }
    });

    it('that are not UTF-8 or hold operators of search and databases find nothing', async () => {
      for (const q of [
        '%ff%fe',
        '%ed%a0%80',
        '%22',
        '%27%20OR%201%3D1--',
        '*',
        'NEAR(',
        '%5E',
        '-',
        'a%20AND',
        '%F0%9F%98%80',
      ]) {
        for (const path of ['/records', '/cases', '/subjects', '/people', '/devices', '/search']) {
          const answer = await (path === '/devices' ? clerk : officer).get(`${path}?q=${q}`);
          assert.equal(answer.status, 200, `${path} ${q} ${JSON.stringify(answer.body)}`);
        }
      }
    });

    it('with a page mark that we did not give are refused', async () => {
      const of = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const forged = ['x', of(null), of([]), of(['+id', '', 1]), of(['-sortTime', '', 'x']), of(['+id', '', '\ud800'])];
      for (const list of ['/records', '/cases', '/subjects', '/people', '/departments', '/grants']) {
        for (const after of [...forged, '%00', 'a'.repeat(2000)]) {
          const { errors } = refused(await officer.get(`${list}?after=${after}`), 422, 'VALIDATION');
          assert.equal(errors[0].pointer, '/query/after', list);
        }
        refused(await officer.get(`${list}?after=${'a'.repeat(2001)}`), 422, 'VALIDATION');
      }
      // In form, but of no page that we gave: it may find what the caller may see, and no more.
      for (const value of ['', 'AA', Buffer.alloc(1000).toString('base64url')])
        assert.notEqual((await officer.get(`/records?after=${of(['-sortTime', value, "x'--"])}`)).status, 500);
    });
  });

  describe('connections', () => {
    it('with broken lines, versions and headers get a problem and end', async () => {
      const faults = [
        'GARBAGE\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n',
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
        'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
        'GET / HTTP/1.1\r\nHost: x\r\n folded: 1\r\n\r\n',
        '\u0016\u0003\u0001\u0002\u0000',
      ];
      for (const sent of faults) problem(parse(await exchange(app.origin, sent)), 400, 'MALFORMED_REQUEST');
      assert.equal(parse(await exchange(app.origin, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n')).status, 400);
    });

    it('with too many or too long headers are refused', async () => {
      const many = Array.from({ length: 120 }, (_, i) => `X-${i}: 1`);
      problem(await raw('GET /api/v1/session', many), 431, 'HEADERS_TOO_LARGE');
      problem(await raw('GET /api/v1/session', [`X: ${'a'.repeat(20_000)}`]), 431, 'HEADERS_TOO_LARGE');
    });
  });
});
