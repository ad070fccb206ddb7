import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';

describe('people and departments', () => {
  let app: TestApp;
  let agency: TestAgency;
  let other: TestAgency;
  let sysadmin: Client;
  let secadmin: Client;
  let secadminId: string;
  let officer: Client;

  before(async () => {
    app = await startApp();
    [agency, other] = [await foundAgency(app, 'one'), await foundAgency(app, 'two')];
    sysadmin = (await agency.person({ roles: ['sysadmin'] })).client;
    const sec = await agency.person({ roles: ['secadmin'] });
    [secadmin, secadminId] = [sec.client, sec.id];
    officer = (await agency.person({ roles: ['officer'] })).client;
  });
  after(() => app.destroy());

  let count = 0;
  const register = async (more: object = {}) =>
    must(await sysadmin.post('/people', { name: '赵六', username: `zhao${++count}`, ...more }), 201);

  it('registers one person for one Idempotency-Key, with the same one-time password', async () => {
    const key = { 'idempotency-key': 'zhao' };
    const body = { name: '赵六', username: 'zhao' };
    const first = must(await sysadmin.post('/people', body, key), 201);
    assert.deepEqual(must(await sysadmin.post('/people', body, key), 201), first);
    refused(await sysadmin.post('/people', { ...body, name: '钱七' }, key), 422, 'IDEMPOTENCY_KEY_REUSED');
    refused(await sysadmin.post('/people', { ...body, username: 'ＺＨＡＯ' }), 409, 'ALREADY_EXISTS');
    must(await app.client().post('/session', { agency: 'one', username: 'zhao', password: first.oneTimePassword }));
  });

  it('refuses names and numbers that are not well formed', async () => {
    for (const username of ['', 'a', ' spaced out', 'a\u0000b', 'x'.repeat(51), '<b>', '../../x', '\ud800x', null, 7]) {
      refused(await sysadmin.post('/people', { name: '甲', username }), 422, 'VALIDATION');
    }
    for (const name of ['', '  ', 'x'.repeat(101), 'a\u0000', 'a\ud800']) {
      refused(await sysadmin.post('/people', { name, username: `ok${++count}` }), 422, 'VALIDATION');
    }
    refused(
      await sysadmin.post('/people', { name: '甲', username: `ok${++count}`, roles: ['sysadmin'] }),
      422,
      'VALIDATION',
    );
    assert.equal(
      must(await sysadmin.post('/people', { name: '阿不都·热合曼 🚓', username: '王.丽-1' }), 201).username,
      '王.丽-1',
    );
  });

  it('corrects under If-Match, and gives a left name back', async () => {
    const { id } = await register({ username: 'old.name', certificateNo: 'ZJ330001' });
    const read = await sysadmin.get(`/people/${id}`);
    const etag = read.headers.get('etag');
    refused(await sysadmin.patch(`/people/${id}`, { name: '新名' }), 428, 'PRECONDITION_REQUIRED');
    const changed = await sysadmin.patch(`/people/${id}`, { username: 'new.name', certificateNo: null }, etag);
    assert.equal(must(changed).certificateNo, undefined);
    refused(await sysadmin.patch(`/people/${id}`, { name: '新名' }, etag), 412, 'PRECONDITION_FAILED');
    await register({ username: 'old.name', certificateNo: 'zj330001' });
    refused(
      await sysadmin.patch(`/people/${id}`, { certificateNo: 'Zj330001' }, changed.headers.get('etag')),
      409,
      'ALREADY_EXISTS',
    );
  });

  it('masks certificate numbers before colleagues', async () => {
    const { id, client } = await agency.person({ name: '孙八', certificateNo: 'ZJ330099' });
    assert.equal(must(await officer.get(`/people/${id}`)).certificateNo, '*****099');
    assert.equal(must(await secadmin.get(`/people/${id}`)).certificateNo, '*****099');
    refused(await client.get(`/people/${id}`), 403, 'FORBIDDEN');
    await secadmin.put(`/people/${id}/roles`, { roles: ['clerk'] });
    assert.equal(must(await client.get(`/people/${id}`)).certificateNo, 'ZJ330099');
    assert.equal(must(await sysadmin.get(`/people/${id}`)).certificateNo, 'ZJ330099');
    assert.equal(must(await officer.get('/people?q=孙八')).items[0].certificateNo, '*****099');
  });

  it('keeps exclusive roles apart and nobody sets their own', async () => {
    const { id } = await register();
    for (const pair of [
      ['sysadmin', 'secadmin'],
      ['auditor', 'sysadmin'],
      ['secadmin', 'officer', 'auditor'],
    ]) {
      refused(await secadmin.put(`/people/${id}/roles`, { roles: pair }), 422, 'ROLES_INCOMPATIBLE');
    }
    assert.deepEqual(must(await secadmin.put(`/people/${id}/roles`, { roles: ['clerk', 'officer', 'clerk'] })).roles, [
      'officer',
      'clerk',
    ]);
    refused(await secadmin.put(`/people/${id}/roles`, { roles: ['root'] }), 422, 'VALIDATION');
    refused(await secadmin.put(`/people/${secadminId}/roles`, { roles: ['officer', 'secadmin'] }), 403, 'SELF_ACTION');
    refused(await sysadmin.put(`/people/${id}/roles`, { roles: ['sysadmin'] }), 403, 'FORBIDDEN');
    for (const what of ['suspend', 'resume', 'unlock', 'password-reset']) {
      refused(await secadmin.post(`/people/${secadminId}/${what}`, { reason: '试' }), 403, 'SELF_ACTION');
    }
  });

  it('dates memberships, several at once', async () => {
    const [a, b] = [await agency.department('一中队'), await agency.department('二中队')];
    const { id } = await register();
    const join = (departmentId: string, more: object = {}) =>
      sysadmin.post(`/people/${id}/memberships`, { departmentId, ...more });
    must(await join(a, { from: '2020-01-01T08:00:00+08:00', to: '2021-01-01T00:00:00Z' }), 201);
    const now = must(await join(a), 201).memberships[1];
    const both = must(await join(b, { from: '2024-01-01T00:00:00Z' }), 201);
    assert.deepEqual(
      both.memberships.map((held: { departmentName: string }) => held.departmentName),
      ['一中队', '一中队', '二中队'],
    );
    assert.equal(both.memberships[0].from, '2020-01-01T00:00:00.000Z');
    refused(await join(a), 409, 'ALREADY_EXISTS');
    refused(await join(b, { from: '2023-01-01T00:00:00Z', to: '2022-01-01T00:00:00Z' }), 422, 'VALIDATION');
    refused(await join(b, { from: '9999-12-31T23:59:59-10:00' }), 422, 'VALIDATION');
    refused(await join(app.deps.newId()), 422, 'UNKNOWN_REFERENCE');
    refused(await join(await other.department()), 422, 'UNKNOWN_REFERENCE');
    const end = `/people/${id}/memberships/${now.id}/end`;
    refused(await sysadmin.post(end, { at: '2019-01-01T00:00:00Z' }), 422, 'VALIDATION');
    must(await sysadmin.post(end));
    refused(await sysadmin.post(end), 409, 'STATE_NOT_ALLOWED');
    refused(await sysadmin.post(`/people/${id}/memberships/${app.deps.newId()}/end`), 404, 'NOT_FOUND');
    const client = await agency.signIn(id);
    assert.deepEqual(must(await client.get('/session')).departments, [{ id: b, name: '二中队' }]);
    must(await join(a), 201);
  });

  it('lists and finds people of its own agency only', async () => {
    await register({ name: '欧阳震华', username: 'ouyang' });
    await other.person({ name: '欧阳修' });
    const found = async (query: string) =>
      must(await officer.get(`/people?${query}`)).items.map((item: { name: string }) => item.name);
    assert.deepEqual(await found('q=欧阳'), ['欧阳震华']);
    assert.deepEqual(await found('q=OUYANG'), ['欧阳震华']);
    assert.deepEqual(await found('q=%22%20OR%20%2A'), []);
    assert.equal((await found('role=secadmin')).length, 1);
    const all: string[] = [];
    for (let after = ''; ; ) {
      const page = must(await officer.get(`/people?limit=2${after}`));
      all.push(...page.items.map((item: { id: string }) => item.id));
      if (!page.next) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }
    assert.equal(all.length, new Set(all).size);
    assert.equal(all.length, await app.deps.documents.count('person', agency.id));
    refused(await officer.get('/people?limit=0'), 422, 'VALIDATION');
    refused(await officer.get('/people?nothing=1'), 422, 'VALIDATION');
    const foreign = await other.person({});
    refused(await sysadmin.get(`/people/${foreign.id}`), 404, 'NOT_FOUND');
    refused(await secadmin.put(`/people/${foreign.id}/roles`, { roles: ['officer'] }), 404, 'NOT_FOUND');
    refused(await secadmin.post(`/people/${foreign.id}/suspend`, { reason: '试' }), 404, 'NOT_FOUND');
  });

  it('makes and corrects by external id, one person for calls at once', async () => {
    const address = '/people/external/oa/工号%2F17';
    const body = { name: '周九', username: 'zhou9' };
    const answers = await Promise.all(Array.from({ length: 4 }, () => sysadmin.put(address, body)));
    assert.equal(new Set(answers.map((answer) => must(answer, answer.status).id)).size, 1);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 201]);
    const changed = must(await sysadmin.put(address, { ...body, name: '周久' }));
    assert.deepEqual([changed.name, changed.externalIds], ['周久', [{ system: 'oa', id: '工号/17' }]]);
    refused(
      await app.client().post('/session', { agency: 'one', username: 'zhou9', password: 'whatever-it-is' }),
      401,
      'LOGIN_FAILED',
    );
    refused(await sysadmin.put('/people/external/oa/18', body), 409, 'ALREADY_EXISTS');
  });

  it('keeps departments a tree', async () => {
    const make = async (name: string, parentId?: string) =>
      must(await sysadmin.post('/departments', { name, ...(parentId && { parentId }) }), 201);
    const top = await make('执法大队');
    const middle = await make('一中队', top.id);
    const { headers } = await sysadmin.get(`/departments/${top.id}`);
    refused(
      await sysadmin.patch(`/departments/${top.id}`, { parentId: middle.id }, headers.get('etag')),
      409,
      'CONFLICT',
    );
    refused(await sysadmin.post('/departments', { name: '孤', parentId: app.deps.newId() }), 422, 'UNKNOWN_REFERENCE');
    must(await sysadmin.patch(`/departments/${top.id}`, { code: 'D1', name: '综合执法大队' }, headers.get('etag')));
    refused(await sysadmin.post('/departments', { name: '重码', code: 'd1' }), 409, 'ALREADY_EXISTS');
    assert.deepEqual(
      must(await officer.get(`/departments?parentId=${top.id}`)).items.map((item: { id: string }) => item.id),
      [middle.id],
    );
    refused(await officer.get(`/departments/${await other.department()}`), 404, 'NOT_FOUND');
    assert.equal(must(await officer.get('/agency')).code, 'one');
  });
});
