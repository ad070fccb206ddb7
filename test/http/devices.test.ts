import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';

describe('devices and docks', () => {
  let app: TestApp;
  let agency: TestAgency;
  let other: TestAgency;
  let sysadmin: Client;
  let secadmin: Client;
  let department: string;

  before(async () => {
    app = await startApp();
    [agency, other] = [await foundAgency(app, 'one'), await foundAgency(app, 'two')];
    sysadmin = (await agency.person({ roles: ['sysadmin'] })).client;
    secadmin = (await agency.person({ roles: ['secadmin'] })).client;
    department = await agency.department();
  });
  after(() => app.destroy());

  const register = async (serial: string, departmentId = department) =>
    must(await sysadmin.post('/devices', { serial, model: 'DSJ-A1', departmentId }), 201);

  it('registers a recorder once, however its serial is written', async () => {
    const device = await register('dsj-0001');
    assert.equal(device.serial, 'dsj-0001');
    refused(
      await sysadmin.post('/devices', { serial: 'ＤＳＪ-0001', departmentId: department }),
      409,
      'ALREADY_EXISTS',
    );
    refused(
      await sysadmin.post('/devices', { serial: 'DSJ-2', departmentId: await other.department() }),
      422,
      'UNKNOWN_REFERENCE',
    );
    const { headers } = await sysadmin.get(`/devices/${device.id}`);
    const changed = await sysadmin.patch(
      `/devices/${device.id}`,
      { serial: 'DSJ-0001', model: null },
      headers.get('etag'),
    );
    assert.deepEqual([must(changed).serial, changed.body.model], ['DSJ-0001', undefined]);
    must(await sysadmin.patch(`/devices/${device.id}`, { serial: 'DSJ-0009' }, changed.headers.get('etag')));
    await register('DSJ-0001');
  });

  it('tells who wore which when, one person at a time', async () => {
    const [a, b] = [await agency.person({ name: '甲' }), await agency.person({ name: '乙' })];
    const { id } = await register('worn');
    const assign = (personId: string, from: string, to?: string) =>
      sysadmin.post(`/devices/${id}/assignments`, { personId, from, ...(to && { to }) });
    must(await assign(a.id, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'), 201);
    refused(await assign(b.id, '2026-01-31T23:59:59.999Z'), 409, 'STATE_NOT_ALLOWED');
    const { assignments } = must(await assign(b.id, '2026-02-01T08:00:00+08:00'), 201);
    const wearers = async (at: string) =>
      must(await sysadmin.get(`/devices/${id}/wearers?at=${encodeURIComponent(at)}`)).items.map(
        (item: { personName: string }) => item.personName,
      );
    assert.deepEqual(await wearers('2025-12-31T23:59:59Z'), []);
    assert.deepEqual(await wearers('2026-01-15T12:00:00+08:00'), ['甲']);
    assert.deepEqual(await wearers('2026-02-01T00:00:00Z'), ['乙']);
    refused(await sysadmin.get(`/devices/${id}/wearers?at=yesterday`), 422, 'VALIDATION');
    must(await sysadmin.post(`/devices/${id}/assignments/${assignments[1].id}/end`, { at: '2026-03-01T00:00:00Z' }));
    assert.deepEqual(await wearers('2026-03-01T00:00:00Z'), []);
    assert.equal(must(await sysadmin.get(`/devices/${id}/wearers`)).items.length, 2);
    refused(await assign((await other.person()).id, '2026-05-01T00:00:00Z'), 422, 'UNKNOWN_REFERENCE');
    const later = must(await assign(a.id, '2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'), 201).assignments.at(-1);
    must(await assign(b.id, '2026-07-01T00:00:00Z', '2026-08-01T00:00:00Z'), 201);
    refused(
      await sysadmin.post(`/devices/${id}/assignments/${later.id}/end`, { at: '2026-07-15T00:00:00Z' }),
      409,
      'STATE_NOT_ALLOWED',
    );
  });

  it('shows an officer the recorders of their department and those they wear', async () => {
    const far = await agency.department();
    const officer = await agency.person({ roles: ['officer'], departments: [department] });
    const [near, worn, hidden] = [await register('near'), await register('far-worn', far), await register('far', far)];
    must(await sysadmin.post(`/devices/${worn.id}/assignments`, { personId: officer.id }), 201);
    const serials = must(await officer.client.get('/devices?limit=200')).items.map(
      (item: { serial: string }) => item.serial,
    );
    assert.ok(serials.includes('near') && serials.includes('far-worn') && !serials.includes('far'));
    must(await officer.client.get(`/devices/${near.id}`));
    must(await officer.client.get(`/devices/${worn.id}`));
    refused(await officer.client.get(`/devices/${hidden.id}`), 403, 'FORBIDDEN');
    const stranger = await other.person({ roles: ['sysadmin'] });
    refused(await stranger.client.get(`/devices/${near.id}`), 404, 'NOT_FOUND');
  });

  it('issues a token once for one key, tells its use, and ends it at once', async () => {
    const dock = must(await sysadmin.post('/docks', { name: '一楼采集站', departmentId: department }), 201);
    const body = { name: '主机', expiresAt: new Date(app.clock.now().getTime() + 86_400_000).toISOString() };
    const key = { 'idempotency-key': 'token-1' };
    refused(await sysadmin.post(`/docks/${dock.id}/tokens`, body), 403, 'FORBIDDEN');
    refused(
      await secadmin.post(`/docks/${dock.id}/tokens`, { ...body, expiresAt: '2020-01-01T00:00:00Z' }),
      422,
      'VALIDATION',
    );
    const issued = must(await secadmin.post(`/docks/${dock.id}/tokens`, body, key), 201);
    assert.match(issued.token, /^tzd_[\w-]{43}$/);
    assert.deepEqual(must(await secadmin.post(`/docks/${dock.id}/tokens`, body, key), 201), issued);
    assert.doesNotMatch(JSON.stringify(must(await secadmin.get(`/docks/${dock.id}`))), /tzd_|hash/);

    const client = app.client();
    client.bearer = issued.token;
    // A dock is somebody, but no person: it is refused, not unknown.
    refused(await client.get('/session'), 403, 'FORBIDDEN');
    refused(await client.get('/people'), 403, 'FORBIDDEN');
    const [token] = must(await sysadmin.get('/docks')).items[0].tokens;
    assert.ok(token.lastUsedAt);
    assert.equal((await secadmin.delete(`/docks/${dock.id}/tokens/${issued.id}`)).status, 204);
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
    must(await secadmin.post(`/docks/${dock.id}/tokens`, body, key), 201);
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
    assert.equal((await secadmin.delete(`/docks/${dock.id}/tokens/${issued.id}`)).status, 204);
    refused(await secadmin.delete(`/docks/${dock.id}/tokens/${dock.id}`), 404, 'NOT_FOUND');
  });

  it('lets no token in after its expiry', async () => {
    const { client } = await agency.dock(department);
    refused(await client.get('/session'), 403, 'FORBIDDEN');
    app.clock.advance(365 * 86_400_000);
    refused(await client.get('/session'), 401, 'NOT_AUTHENTICATED');
  });
});
