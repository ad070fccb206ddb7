import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { roles as allRoles, type Role } from '../../server/access/matrix.ts';
import { createApp } from '../../server/app.ts';
import type { Door, Route } from '../../server/http/route.ts';
import { subjectKind } from '../../server/subjects/events.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { things } from '../support/things.ts';

type Declared = Route | Door;

/** What a route takes, so that a call gets as far as looking for the thing; `*` may be anything. */
const bodies: Record<string, unknown> = {
  'PATCH /departments/{id}': { name: 'x' },
  'PATCH /people/{id}': { name: 'x' },
  'POST /people/{id}/memberships': { departmentId: '*' },
  'POST /people/{id}/memberships/{membershipId}/end': {},
  'PUT /people/{id}/roles': { roles: ['officer'] },
  'POST /people/{id}/suspend': { reason: 'x' },
  'POST /people/{id}/resume': { reason: 'x' },
  'POST /people/{id}/password-reset': { reason: 'x' },
  'POST /people/{id}/unlock': { reason: 'x' },
  'PATCH /devices/{id}': { model: 'x' },
  'POST /devices/{id}/assignments': { personId: '*' },
  'POST /devices/{id}/assignments/{assignmentId}/end': {},
  'POST /docks/{id}/tokens': { name: 'x', expiresAt: '2099-01-01T00:00:00Z' },
  'PATCH /subjects/{id}': { name: 'x', reason: 'x' },
  'POST /subjects/{id}/reveal': { fields: ['phone'], reason: 'x' },
  'PATCH /cases/{id}': { cause: 'x', reason: 'x' },
  'POST /cases/{id}/stages': { stage: 'INSPECT' },
  'POST /cases/{id}/subjects': { subjectId: '*' },
  'POST /cases/{id}/subjects/{part}/end': { reason: 'x' },
  'POST /cases/{id}/team': { personId: '*' },
  'POST /cases/{id}/team/{part}/end': {},
  'PUT /cases/{id}/retention': { period: '10y', reason: 'x' },
  'POST /cases/{id}/deadlines/{part}/extend': { value: 1, reason: 'x' },
  'POST /cases/{id}/deadlines/{part}/end': { reason: 'x' },
  'POST /cases/{id}/exports': {},
  'POST /cases/{id}/exports/statement': {},
  'POST /exports/{id}/cancel': { reason: 'x' },
  'POST /disposals/{id}/answer': { decision: 'refuse', reason: 'x' },
  'PATCH /records/{id}': { title: 'x', reason: 'x' },
  'POST /records/{id}/erase-permit': { name: 'x', sha256: 'a'.repeat(64), size: 1 },
  'POST /records/{id}/erase-permit/check': { name: 'x', sha256: 'a'.repeat(64), size: 1 },
  'POST /records/{id}/erasures': { permit: '00000000-0000-7000-8000-000000000000', at: '2026-01-01T00:00:00Z' },
  'POST /records/{id}/confirmations': { signature: { password: 'x' } },
  'POST /records/{id}/links/{linkId}/end': { reason: 'x' },
  'POST /grants/{id}/answer': { decision: 'refuse', reason: 'x' },
  'POST /grants/{id}/answer/statement': { decision: 'refuse', reason: 'x' },
  'POST /grants/{id}/revoke': { reason: 'x' },
  'POST /grants/{id}/viewings': undefined,
  'POST /viewings/{id}/close': undefined,
};

const nameOf = ({ method, path }: Declared) => `${method.toUpperCase()} ${path}`;

describe('http: one agency from another', () => {
  let app: TestApp;
  let mine: TestAgency;
  let theirs: TestAgency;
  let clients: Client[];
  const foreign: Record<string, string> = {};

  before(async () => {
    app = await startApp();
    [mine, theirs] = [await foundAgency(app, 'mine'), await foundAgency(app, 'theirs')];
    const near = await mine.department();
    const exclusive: Role[] = ['sysadmin', 'secadmin', 'auditor'];
    const plain = allRoles.filter((role) => !exclusive.includes(role));
    const held = [plain, ...exclusive.map((role): Role[] => [role])];
    clients = [];
    for (const roles of held) clients.push((await mine.person({ roles: [...roles], departments: [near] })).client);
    clients.push((await mine.dock(near)).client);

    const far = await theirs.department();
    const them = await theirs.person({ roles: [...plain], departments: [far] });
    foreign.departments = far;
    foreign.people = them.id;
    foreign.subjects = must(await them.client.post('/subjects', { type: 'person', name: '外' }), 201).id;
    for (const [kind, { make }] of Object.entries(things)) foreign[kind] = await make(theirs, far, them.id);
    foreign['case-files'] = foreign.cases as string;
    const started = await them.client.send('POST', '/uploads', {
      headers: { 'tus-resumable': '1.0.0', 'upload-length': '10' },
    });
    foreign.uploads = started.headers.get('location')?.split('/').at(-1) as string;
    foreign.exports = must(await them.client.post(`/cases/${foreign.cases}/exports`, {}), 202).id;
    const auditor = await theirs.person({ roles: ['auditor'] });
    const token = { name: 'x', expiresAt: new Date(app.deps.now().getTime() + 60_000).toISOString() };
    foreign['log-tokens'] = must(await auditor.client.post('/log-tokens', token), 201).id;
    // No viewing is opened by hand; a stream of another kind is no viewing either.
    foreign.viewings = foreign.grants as string;
  });
  after(() => app.destroy());

  it('is told of nothing by any id in any address', async () => {
    const routes = createApp(app.deps, app.service.access).routes.filter(({ path }) => path.includes('{id}'));
    const looked = new Set<string>();
    for (const route of routes) {
      const [, kind = ''] = route.path.split('/');
      if (route.path.includes('{system}')) continue;
      const id = foreign[kind];
      assert.ok(id, `nothing foreign for ${route.path}`);
      const name = nameOf(route);
      if (['post', 'put', 'patch'].includes(route.method) && !route.path.startsWith('/uploads'))
        assert.ok(name in bodies, `no body for ${name}`);
      const address = route.path.replace('{id}', id).replace(/\{\w+\}/g, () => app.deps.newId());
      const body = JSON.parse(JSON.stringify(bodies[name] ?? null), (_, value) =>
        value === '*' ? foreign.people : value,
      );
      for (const client of clients) {
        const headers = {
          'if-match': '"1"',
          'tus-resumable': '1.0.0',
          'upload-offset': '0',
          ...(kind === 'uploads' && { 'content-type': 'application/offset+octet-stream' }),
        };
        const sent = kind === 'uploads' ? { headers } : { headers, ...(body && { body }) };
        const { status, body: said } = await client.send(route.method.toUpperCase(), address, sent);
        assert.ok(status === 404 || status === 403, `${name} ${status} ${JSON.stringify(said)}`);
        if (status === 404) looked.add(name);
        if (status === 403 && route.method !== 'head') assert.equal(said.code, 'FORBIDDEN', name);
      }
    }
    assert.deepEqual(
      routes
        .filter(({ path }) => !path.includes('{system}'))
        .map(nameOf)
        .filter((name) => !looked.has(name)),
      [],
    );
  });

  it('refers to nothing of the other in any body', async () => {
    const [officer, sysadmin] = clients as [Client, Client];
    const own = must(await officer.post('/subjects', { type: 'person', name: '内' }), 201).id;
    const file = must(await officer.post('/cases', { kind: 'penalty', cause: 'x' }), 201).id;
    const form = new FormData();
    form.set('departmentId', foreign.departments as string);
    form.set('caseId', foreign.cases as string);
    form.set('subjectId', foreign.subjects as string);
    form.set('filmedBy', foreign.people as string);
    form.set('files', new Blob(['text']), 'a.txt');
    const record = must(await officer.send('POST', '/records', { body: form }), 201).records[0];
    assert.deepEqual([record.caseIds, record.subjectIds], [[], []]);
    assert.notEqual(record.departmentId, foreign.departments);
    assert.notEqual(record.filmedBy, foreign.people);

    const calls: [Client, string, unknown][] = [
      [officer, '/cases', { kind: 'penalty', cause: 'x', departmentId: foreign.departments }],
      [officer, '/cases', { kind: 'penalty', cause: 'x', subjects: [{ subjectId: foreign.subjects }] }],
      [officer, '/cases', { kind: 'penalty', cause: 'x', team: [{ personId: foreign.people }] }],
      [officer, `/cases/${file}/subjects`, { subjectId: foreign.subjects }],
      [officer, `/cases/${file}/team`, { personId: foreign.people }],
      [officer, '/grants', { reason: 'supervision', text: 'x', recordIds: [foreign.records] }],
      [officer, '/grants', { reason: 'case', text: 'x', recordIds: [record.id], caseId: foreign.cases }],
      [sysadmin, '/departments', { name: 'x', parentId: foreign.departments }],
      [sysadmin, '/devices', { serial: 'x', departmentId: foreign.departments }],
      [sysadmin, '/docks', { name: 'x', departmentId: foreign.departments }],
    ];
    for (const [client, path, body] of calls) {
      const answer = await client.post(path, body);
      assert.ok([403, 404, 422].includes(answer.status), `${path} ${JSON.stringify(body)} ${answer.status}`);
    }
    for (const [field, id] of [
      ['filmedBy', foreign.people],
      ['deviceId', foreign.devices],
    ] as const) {
      const { headers } = await officer.get(`/records/${record.id}`);
      const answer = await officer.patch(`/records/${record.id}`, { [field]: id, reason: 'x' }, headers.get('etag'));
      refused(answer, 422, 'UNKNOWN_REFERENCE');
    }
    const items = [
      { recordId: foreign.records, subjectId: own },
      { recordId: record.id, subjectId: foreign.subjects },
      { recordId: record.id, caseId: foreign.cases },
    ];
    for (const { ok } of must(await officer.post('/links', { items })).items) assert.equal(ok, false);
  });

  it('finds nothing of the other by lists, search and numbers', async () => {
    const idNumber = '11010519491231002X';
    const number = { type: 'person', name: '同号', idType: 'resident-id', idNumber };
    const [officer] = clients as [Client];
    const here = must(await officer.post('/subjects', number), 201);
    const { client: there } = await theirs.person({ roles: ['officer'], departments: [foreign.departments as string] });
    assert.notEqual(must(await there.post('/subjects', number), 201).id, here.id);
    for (const q of ['外', '占道', '现场', idNumber]) {
      const found = JSON.stringify(must(await officer.get(`/search?q=${encodeURIComponent(q)}`)));
      for (const id of Object.values(foreign)) assert.ok(!found.includes(id), q);
    }
    for (const [i, client] of clients.entries()) {
      for (const path of [
        '/subjects',
        '/cases',
        '/records',
        '/people',
        '/departments',
        '/devices',
        '/docks',
        '/grants',
        '/exports',
      ]) {
        const answer = await client.get(`${path}?limit=200`);
        if (answer.status === 403) continue;
        for (const { id } of must(answer).items) assert.ok(!Object.values(foreign).includes(id), `${i} ${path}`);
      }
    }
    assert.equal((await app.deps.ledger.load(subjectKind, mine.id, foreign.subjects as string)).state, undefined);
  });
});
