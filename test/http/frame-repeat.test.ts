import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { subjectKind } from '../../server/subjects/events.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Answer, Client, must, refused } from '../support/client.ts';

let app: TestApp;
let agency: TestAgency;
let officer: Client;
let colleague: Client;

before(async () => {
  app = await startApp();
  agency = await foundAgency(app);
  const departments = [await agency.department()];
  officer = (await agency.person({ roles: ['officer', 'sysadmin'], departments })).client;
  colleague = (await agency.person({ roles: ['officer'], departments })).client;
});
after(() => app.destroy());

const subject = (name: string) => ({ type: 'person', name });
const told = ({ status, headers, body }: Answer) => ({ status, etag: headers.get('etag'), body });

describe('http: Idempotency-Key', () => {
  const post = (client: Client, body: unknown, key: string, path = '/subjects') =>
    client.post(path, body, { 'idempotency-key': key });

  it('gives the same answer to the same request, and makes one thing', async () => {
    const first = await post(officer, subject('同一'), 'k1');
    must(first, 201);
    await officer.patch(`/subjects/${first.body.id}`, { name: '改名', reason: '更正' }, first.headers.get('etag'));
    assert.deepEqual(told(await post(officer, subject('同一'), 'k1')), told(first));
    const reordered = await post(officer, { name: '同一', type: 'person' }, 'k1');
    assert.deepEqual(told(reordered), told(first));
    assert.equal(must(await officer.get('/subjects?q=改名')).items.length, 1);
    assert.equal(must(await officer.get('/subjects?q=同一')).items.length, 0);
  });

  it('is refused for another body, another route, and in another form', async () => {
    must(await post(officer, subject('甲'), 'k2'), 201);
    refused(await post(officer, subject('乙'), 'k2'), 422, 'IDEMPOTENCY_KEY_REUSED');
    refused(await post(officer, { name: '部门' }, 'k2', '/departments'), 422, 'IDEMPOTENCY_KEY_REUSED');
    for (const key of ['', 'a'.repeat(129), 'a\tb', 'é'])
      refused(await post(officer, subject('丙'), key), 400, 'IDEMPOTENCY_KEY_INVALID');
    assert.equal(must(await officer.get('/subjects?q=乙')).items.length, 0);
    assert.equal(must(await officer.get('/subjects?q=丙')).items.length, 0);
  });

  it('is of one person', async () => {
    const mine = must(await post(officer, subject('各自'), 'k3'), 201);
    const theirs = must(await post(colleague, subject('各自'), 'k3'), 201);
    assert.notEqual(mine.id, theirs.id);
    const again = await agency.signIn(mine.registeredBy);
    assert.equal(must(await post(again, subject('各自'), 'k3'), 201).id, mine.id);
  });

  it('makes one thing of requests that come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(officer, subject('并发'), 'k4')));
    for (const answer of answers) assert.deepEqual(told(answer), told(answers[0]!));
    must(answers[0]!, 201);
    assert.equal(must(await officer.get('/subjects?q=并发')).items.length, 1);
  });

  it('costs a refused request nothing', async () => {
    refused(await post(officer, { type: 'person', name: '' }, 'k5'), 422, 'VALIDATION');
    must(await post(officer, subject('后来'), 'k5'), 201);
  });

  it('holds after a restart', async () => {
    const first = await post(officer, subject('重启'), 'k6');
    const { cookie } = officer;
    await app.stop();
    app = await startApp({ dataDir: app.dataDir, clock: app.clock });
    officer = new Client(app.origin, cookie);
    colleague = new Client(app.origin, colleague.cookie);
    assert.deepEqual(told(await post(officer, subject('重启'), 'k6')), told(first));
    refused(await post(officer, subject('重启二'), 'k6'), 422, 'IDEMPOTENCY_KEY_REUSED');
  });
});

describe('http: ETag and If-Match', () => {
  it('let a change in only on the version it is based on', async () => {
    const made = await officer.post('/subjects', subject('版本'));
    const path = `/subjects/${must(made, 201).id}`;
    assert.equal(made.headers.get('etag'), '"1"');
    const change = (name: string, etag?: string) => officer.patch(path, { name, reason: '更正' }, etag);
    refused(await change('无'), 428, 'PRECONDITION_REQUIRED');
    refused(await change('星', '*'), 428, 'PRECONDITION_REQUIRED');
    for (const etag of ['"0"', '"2"', 'W/"1"', '1', '"x"', '"1", "2"', '"01x"', `"${'1'.repeat(40)}"`])
      refused(await change('旧', etag), 412, 'PRECONDITION_FAILED');
    const second = await change('二', '"1"');
    assert.equal(must(second).name, '二');
    assert.equal(second.headers.get('etag'), '"2"');
    refused(await change('三', '"1"'), 412, 'PRECONDITION_FAILED');
    assert.equal((await officer.get(path)).headers.get('etag'), '"2"');
  });

  it('let one of two changes at once win', async () => {
    const { id } = must(await officer.post('/subjects', subject('同时')), 201);
    const names = Array.from({ length: 8 }, (_, i) => `同时${i}`);
    const answers = await Promise.all(
      names.map((name) => officer.patch(`/subjects/${id}`, { name, reason: '更正' }, '"1"')),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal(answers.filter(({ status }) => status === 412).length, 7);
    const { version } = await app.deps.ledger.load(subjectKind, agency.id, id);
    assert.equal(version, 2);
  });
});

describe('http: pages', () => {
  it('hold each thing once, whatever comes in between, to the last', async () => {
    const department = (i: number) => officer.post('/departments', { name: `分页${String(i).padStart(3, '0')}` });
    for (let i = 0; i < 20; i++) must(await department(i), 201);
    const seen: string[] = [];
    let after = '';
    for (let i = 20; ; i++) {
      const page = must(await officer.get(`/departments?limit=7${after && `&after=${after}`}`));
      assert.ok(page.items.length <= 7);
      seen.push(...page.items.map(({ name }: { name: string }) => name));
      if (!page.next) break;
      after = encodeURIComponent(page.next);
      must(await department(i - 120 + 100), 201);
    }
    const known = seen.filter((name) => name.startsWith('分页0'));
    assert.equal(new Set(seen).size, seen.length);
    for (let i = 0; i < 20; i++) assert.ok(known.includes(`分页${String(i).padStart(3, '0')}`));
    assert.deepEqual(seen, [...seen].sort());
  });

  it('of one list are no pages of another, nor of another agency', async () => {
    for (let i = 0; i < 3; i++) must(await officer.post('/subjects', subject(`页${i}`)), 201);
    const { next } = must(await officer.get('/subjects?limit=1'));
    refused(await officer.get(`/departments?after=${next}`), 422, 'VALIDATION');
    const other = await foundAgency(app, 'other', '另一机关');
    const { client } = await other.person({ roles: ['officer'] });
    assert.deepEqual(must(await client.get(`/subjects?after=${next}`)).items, []);
  });
});
