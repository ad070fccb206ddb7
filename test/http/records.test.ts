import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { madeRecord } from './made-records.ts';

const ids = (answer: { items: { id: string }[] }) => answer.items.map(({ id }) => id);

describe('records', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let elsewhere: string;
  let officer: TestPerson;
  let stranger: TestPerson;
  let reviewer: TestPerson;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
    elsewhere = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department], name: '张警官' });
    stranger = await agency.person({ roles: ['officer'], departments: [elsewhere] });
    reviewer = await agency.person({ roles: ['reviewer'], departments: [elsewhere] });
  });
  after(() => app.destroy());

  const record = (told: Partial<Parameters<typeof madeRecord>[1]> = {}, durationMs?: number) =>
    madeRecord(agency, { departmentId: department, uploadedBy: officer.id, ...told }, durationMs);

  it('is read by its department, its makers and who reads the whole agency', async () => {
    const { id } = await record({}, 1000);
    const shown = must(await officer.client.get(`/records/${id}`));
    assert.deepEqual(
      [shown.state, shown.unclaimed, shown.kind, shown.probe.durationMs],
      ['sealed', true, 'video', 1000],
    );
    for (const inner of ['search', 'linkKeys', 'manifest', 'signature']) assert.ok(!(inner in shown), inner);
    must(await reviewer.client.get(`/records/${id}`));
    refused(await stranger.client.get(`/records/${id}`), 403, 'FORBIDDEN');
    const auxiliary = await agency.person({ roles: ['auxiliary'], departments: [department] });
    refused(await auxiliary.client.get(`/records/${id}`), 403, 'FORBIDDEN');
    const own = await record({ filmedBy: auxiliary.id });
    must(await auxiliary.client.get(`/records/${own.id}`));
    assert.deepEqual(ids(must(await auxiliary.client.get('/records'))), [own.id]);
    assert.deepEqual(ids(must(await stranger.client.get('/records'))), []);
  });

  it('tells what it duplicates only to who may read that one too', async () => {
    const { id: first } = await record();
    const theirs = { departmentId: elsewhere, uploadedBy: stranger.id };
    const copy = await madeRecord(agency, theirs, 1000, first);
    assert.equal(must(await stranger.client.get(`/records/${copy.id}`)).duplicateOf, undefined);
    assert.equal(must(await reviewer.client.get(`/records/${copy.id}`)).duplicateOf, first);
    const history = await stranger.client.get(`/records/${copy.id}/history`);
    assert.ok(!JSON.stringify(must(history)).includes(first));
  });

  it('lists by what is asked, newest first, and pages without losing or repeating one', async () => {
    const device = app.deps.newId();
    const made = [];
    for (const day of ['03', '01', '02']) {
      const captured = { from: `2025-06-${day}T08:00:00+08:00` };
      made.push(await record({ deviceId: device, captured, title: `执法检查${day}`, kind: 'audio' }));
    }
    const [third, first, second] = made.map(({ id }) => id);
    const get = async (query: string) => must(await officer.client.get(`/records?${query}`));
    assert.deepEqual(ids(await get(`deviceId=${device}`)), [third, second, first]);
    assert.deepEqual(ids(await get(`deviceId=${device}&order=asc`)), [first, second, third]);
    assert.deepEqual(ids(await get(`deviceId=${device}&from=2025-06-02T00:00:00Z`)), [third, second]);
    assert.deepEqual(ids(await get(`deviceId=${device}&to=2025-06-02T00:00:00Z`)), [first]);
    assert.deepEqual(ids(await get(`q=${encodeURIComponent('执法检查02')}`)), [second]);
    assert.deepEqual(ids(await get(`deviceId=${device}&kind=video`)), []);
    const page = await get(`deviceId=${device}&limit=2`);
    const rest = await get(`deviceId=${device}&limit=2&after=${encodeURIComponent(page.next)}`);
    assert.deepEqual([...ids(page), ...ids(rest)], [third, second, first]);
    assert.equal(rest.next, undefined);
    for (const query of ['unclaimed=maybe', 'from=2025', 'after=eA', 'state=lost', 'q=']) {
      refused(await officer.client.get(`/records?${query}`), 422, 'VALIDATION');
    }
  });

  it('is corrected by an event, on the version that was read, and the stamp of the device stays', async () => {
    const { id } = await record({
      captured: { from: '2026-01-01T00:00:00.000Z', raw: '20260101080000', zoneRule: 'name' },
    });
    const path = `/records/${id}`;
    const read = await officer.client.get(path);
    const change = { title: '更正后的标题', captured: { from: '2026-01-01T09:00:00+08:00' }, reason: '时钟有误' };
    refused(await officer.client.patch(path, change), 428, 'PRECONDITION_REQUIRED');
    const done = await officer.client.patch(path, change, read.headers.get('etag'));
    const shown = must(done);
    assert.deepEqual(shown.captured, {
      from: '2026-01-01T01:00:00.000Z',
      raw: '20260101080000',
      zoneRule: 'corrected',
    });
    assert.deepEqual([shown.title, shown.sortTime], ['更正后的标题', '2026-01-01T01:00:00.000Z']);
    refused(await officer.client.patch(path, change, read.headers.get('etag')), 412, 'PRECONDITION_FAILED');
    const etag = done.headers.get('etag');
    refused(
      await officer.client.patch(path, { filmedBy: app.deps.newId(), reason: 'x' }, etag),
      422,
      'UNKNOWN_REFERENCE',
    );
    const backwards = { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' };
    refused(await officer.client.patch(path, { captured: backwards, reason: 'x' }, etag), 422, 'VALIDATION');
    refused(await officer.client.patch(path, { size: 1, reason: 'x' }, etag), 422, 'VALIDATION');
    refused(await officer.client.patch(path, { title: 'x' }, etag), 422, 'VALIDATION');
    refused(await stranger.client.patch(path, { title: 'x', reason: 'x' }, etag), 403, 'FORBIDDEN');
    refused(await reviewer.client.patch(path, { title: 'x', reason: 'x' }, etag), 403, 'FORBIDDEN');
  });

  it('tells its history in words, with who and when and the entry', async () => {
    const { id } = await record({}, 1000);
    const read = await officer.client.get(`/records/${id}`);
    must(
      await officer.client.patch(`/records/${id}`, { place: '龙泉市某路', reason: '补录' }, read.headers.get('etag')),
    );
    const { items } = must(await officer.client.get(`/records/${id}/history`));
    assert.deepEqual(
      items.map((item: { type: string }) => item.type),
      ['record.received', 'record.sealed', 'record.corrected'],
    );
    const last = items.at(-1);
    assert.deepEqual([last.words.zh, last.actor.id, last.actor.name], ['更正', officer.id, '张警官']);
    assert.deepEqual(last.data, { fields: { place: '龙泉市某路' }, reason: '补录' });
    assert.ok(Number.isInteger(last.seq) && last.time.endsWith('Z'));
    refused(await stranger.client.get(`/records/${id}/history`), 403, 'FORBIDDEN');
  });

  it('has the id of another system once', async () => {
    const [first, second] = [await record(), await record()];
    const put = (recordId: string) => officer.client.put('/records/external/zfy/F-1', { recordId });
    assert.deepEqual(must(await put(first.id)).externalIds, [{ system: 'zfy', id: 'F-1' }]);
    assert.deepEqual(must(await put(first.id)).externalIds, [{ system: 'zfy', id: 'F-1' }]);
    refused(await put(second.id), 409, 'ALREADY_EXISTS');
    refused(await put(app.deps.newId()), 404, 'NOT_FOUND');
    refused(await stranger.client.put('/records/external/zfy/F-2', { recordId: first.id }), 403, 'FORBIDDEN');
  });

  it('is not there for another agency', async () => {
    const { id } = await record();
    const other = await foundAgency(app, 'other', '另一机关');
    const foreign = await other.person({
      roles: ['officer', 'reviewer', 'archivist'],
      departments: [await other.department()],
    });
    for (const path of [`/records/${id}`, `/records/${id}/history`])
      refused(await foreign.client.get(path), 404, 'NOT_FOUND');
    refused(await foreign.client.patch(`/records/${id}`, { title: 'x', reason: 'x' }, '"1"'), 404, 'NOT_FOUND');
    refused(await foreign.client.put('/records/external/a/b', { recordId: id }), 404, 'NOT_FOUND');
    assert.deepEqual(ids(must(await foreign.client.get('/records'))), []);
  });
});
