import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { exchange, problem, rawRequest } from '../support/raw.ts';

/** What hostile and broken clients send: each gets a problem, and none a 500. */
describe('http: bodies that cannot be meant', () => {
  let app: TestApp;
  let officer: Client;
  let clerk: Client;
  const nobody = '01900000-0000-7000-8000-000000000000';

  before(async () => {
    app = await startApp();
    const agency = await foundAgency(app);
    const departmentId = await agency.department();
    officer = (await agency.person({ roles: ['officer'], departments: [departmentId] })).client;
    clerk = (await agency.person({ roles: ['clerk', 'sysadmin'], departments: [departmentId] })).client;
  });
  after(() => app.destroy());

  const raw = (line: string, headers: string[] = [], body?: string | Uint8Array) =>
    rawRequest(app.origin, line, [`Cookie: ${officer.cookie}`, ...headers], body);
  const json = ['Content-Type: application/json'];
  const post = (body: string | Uint8Array, type = 'application/json') =>
    officer.send('POST', '/subjects', { body, headers: { 'content-type': type } });

  it('of another type or encoding are refused', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
    ])
      refused(await post('{}', type), 415, 'UNSUPPORTED_MEDIA_TYPE');
    for (const charset of ['latin1', 'utf-16', 'utf-16le', 'gbk', 'x'])
      refused(await post('{}', `application/json; charset=${charset}`), 415, 'UNSUPPORTED_MEDIA_TYPE');
    problem(
      await raw('POST /api/v1/subjects', [...json, 'Content-Encoding: gzip'], '{}'),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    );
    problem(await raw('POST /api/v1/subjects', json), 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('that are no JSON, or JSON that others read otherwise, are refused', async () => {
    const broken = [
      '',
      '{',
      'null',
      '1',
      '"a"',
      '{"a":1}x',
      '{a:1}',
      "{'a':1}",
      '{"a":01}',
      '{"a":NaN}',
      '\u0000',
      '[1,]',
    ];
    for (const body of broken) {
      const answer = await post(body);
      if (body === '') assert.ok([415, 422].includes(answer.status));
      else refused(answer, 400, 'MALFORMED_JSON');
    }
    refused(await post(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 400, 'MALFORMED_JSON');
    refused(await post(Buffer.from('{"type":"person","name":"\xc0\xaf"}', 'latin1')), 400, 'MALFORMED_JSON');
    for (const [body, pointer] of [
      ['{"type":"person","name":"\\ud800"}', '/name'],
      ['{"type":"person","contacts":{"phone":"\\udc00\\ud800"}}', '/contacts/phone'],
      ['{"type":"person","\\ud800":1}', ''],
    ] as const)
      assert.equal(refused(await post(body), 422, 'VALIDATION').errors[0].pointer, pointer);
    must(await post('{"type":"person","name":"\\ud83d\\ude00 \\\\ud800"}'), 201);
  });

  it('too large or too deep are refused', async () => {
    const large = refused(await post(`{"name":"${'a'.repeat(1024 ** 2)}"}`), 413, 'BODY_TOO_LARGE');
    assert.match(large.detail, /1048576/);
    const endless = new Blob(['['.repeat(2 * 1024 ** 2)], { type: 'application/json' }).stream();
    refused(
      await officer.send('POST', '/subjects', { body: endless, headers: { 'content-type': 'application/json' } }),
      413,
      'BODY_TOO_LARGE',
    );
    for (const depth of [34, 10_000, 500_000])
      refused(await post(`${'['.repeat(depth)}${']'.repeat(depth)}`), 400, 'MALFORMED_JSON');
  });

  it('cut short leave nothing', async () => {
    const head = `POST /api/v1/subjects HTTP/1.1\r\nHost: x\r\nCookie: ${officer.cookie}\r\nContent-Type: application/json\r\n`;
    await exchange(app.origin, `${head}Content-Length: 100\r\n\r\n{"type":"person","name":"half"}`, true);
    assert.equal(must(await officer.get('/subjects?q=half')).items.length, 0);
  });

  it('with names of prototypes or more than is taken change nothing', async () => {
    for (const extra of [
      '"__proto__":{"minor":true}',
      '"constructor":{}',
      '"id":"x"',
      '"registeredBy":"x"',
      '"chain":"x"',
    ]) {
      const { errors } = refused(await post(`{"type":"person","name":"x",${extra}}`), 422, 'VALIDATION');
      assert.equal(errors.length, 1);
    }
    assert.equal(({} as Record<string, unknown>).minor, undefined);
  });

  it('of other kinds than declared are refused with a pointer each', async () => {
    const { errors } = refused(
      await officer.post('/subjects', {
        type: 'person',
        name: 7,
        contacts: { phone: ['1'], 'a/b~': 1 },
        minor: 'yes',
      }),
      422,
      'VALIDATION',
    );
    assert.deepEqual(errors.map(({ pointer }: { pointer: string }) => pointer).sort(), [
      '/contacts/a~1b~0',
      '/contacts/phone',
      '/minor',
      '/name',
    ]);
    refused(await officer.post('/subjects', []), 422, 'VALIDATION');
  });

  it('are answered in the language that is asked for, field by field', async () => {
    const said = async (language: string) => {
      const { errors } = refused(
        await officer.post('/subjects', { type: 'person', name: 7, other: 1 }, { 'accept-language': language }),
        422,
        'VALIDATION',
      );
      return errors.map(({ detail }: { detail: string }) => detail).join();
    };
    assert.match(await said('zh-CN'), /^无效输入.+,未知的字段$/);
    assert.match(await said('en'), /^[ -~]+unknown field$/);
  });

  it('with numbers that no computer agrees on are refused', async () => {
    for (const seconds of ['1e400', '1.5', '9007199254740993', '-1', '"60"', 'true'])
      refused(
        await officer.send('POST', '/grants', {
          body: `{"reason":"supervision","text":"x","recordIds":["${nobody}"],"seconds":${seconds}}`,
          headers: { 'content-type': 'application/json' },
        }),
        422,
        'VALIDATION',
      );
  });

  it('with text that cannot be kept are refused, whatever the field', async () => {
    for (const name of ['\u0000', 'a\u0007b', '   ', '\u001b[31m', 'a'.repeat(201)])
      refused(await officer.post('/subjects', { type: 'person', name }), 422, 'VALIDATION');
    refused(await clerk.post('/departments', { name: 'x', code: '\u0000' }), 422, 'VALIDATION');
  });
});
