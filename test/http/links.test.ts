import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { madeRecord } from './made-records.ts';

const ids = (answer: { items: { id: string }[] }) => answer.items.map(({ id }) => id);

describe('links', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let elsewhere: string;
  let officer: TestPerson;
  let stranger: TestPerson;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
    elsewhere = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
    stranger = await agency.person({ roles: ['officer'], departments: [elsewhere] });
  });
  after(() => app.destroy());

  const record = (told: Partial<Parameters<typeof madeRecord>[1]> = {}, durationMs?: number) =>
    madeRecord(agency, { departmentId: department, uploadedBy: officer.id, ...told }, durationMs);
  const subject = async (name = '当事人') =>
    must(await officer.client.post('/subjects', { type: 'person', name }), 201).id;
  const open = async (subjects: string[] = [], person = officer) =>
    must(
      await person.client.post('/cases', {
        kind: 'penalty',
        cause: '无证办学',
        subjects: subjects.map((subjectId) => ({ subjectId })),
      }),
      201,
    ).id as string;
  const link = async (items: object[], headers = {}, person = officer) =>
    must(await person.client.post('/links', { items }, headers)).items;
  const one = async (item: object, person = officer) => (await link([item], {}, person))[0];
  const code = async (item: object, person = officer) => (await one(item, person)).problem?.code;

  it('ties records to subjects, cases and stages, each item with its own result', async () => {
    const [text, video] = [await record(), await record({}, 60_000)];
    const subjectId = await subject();
    const caseId = await open();
    const results = await link([
      { recordId: text.id, subjectId, caseId, stage: 'INSPECT', evidenceKind: 'documentary' },
      { recordId: video.id, caseId, stage: 'INSPECT', range: { fromMs: 0, toMs: 60_000 } },
      { recordId: app.deps.newId(), caseId },
      { recordId: video.id, subjectId: app.deps.newId() },
      { recordId: video.id, caseId, stage: 'ADJOURN' },
      { recordId: video.id, caseId, range: { fromMs: 0, toMs: 60_001 } },
    ]);
    assert.deepEqual(
      results.map((result: { ok: boolean; problem?: { code: string } }) => result.problem?.code ?? result.ok),
      [true, true, 'NOT_FOUND', 'UNKNOWN_REFERENCE', 'VALIDATION', 'VALIDATION'],
    );
    assert.equal(results[5].problem.errors[0].pointer, '/items/5/range/toMs');
    const shown = must(await officer.client.get(`/records/${text.id}`));
    assert.deepEqual([shown.unclaimed, shown.subjectIds, shown.caseIds], [false, [subjectId], [caseId]]);
    assert.deepEqual([shown.links[0].linkId, shown.links[0].by], [results[0].linkId, officer.id]);
  });

  it('refuses a form that says nothing or too much', async () => {
    const { id: recordId } = await record();
    const caseId = await open();
    for (const item of [
      { recordId },
      { recordId, subjectId: caseId, stage: 'INSPECT' },
      { recordId, caseId, range: { fromMs: 5, toMs: 5 } },
      { recordId, caseId, range: { fromMs: -1, toMs: 5 } },
      { recordId, caseId, evidenceKind: 'hearsay' },
      { recordId, caseId, more: true },
    ]) {
      refused(await officer.client.post('/links', { items: [item] }), 422, 'VALIDATION');
    }
    refused(await officer.client.post('/links', { items: [] }), 422, 'VALIDATION');
    const many = Array.from({ length: 501 }, () => ({ recordId, caseId }));
    refused(await officer.client.post('/links', { items: many }), 422, 'VALIDATION');
    assert.equal(await code({ recordId, caseId, range: { fromMs: 0, toMs: 5 } }), 'VALIDATION');
  });

  it('says the same thing once, and again after it ended', async () => {
    const { id: recordId } = await record();
    const caseId = await open();
    const [first, second] = await link([
      { recordId, caseId, stage: 'FILE' },
      { recordId, caseId, stage: 'FILE' },
    ]);
    assert.deepEqual([second.linkId, second.existed], [first.linkId, true]);
    const end = () => officer.client.post(`/records/${recordId}/links/${first.linkId}/end`, { reason: '关联有误' });
    const ended = must(await end());
    assert.deepEqual([ended.unclaimed, ended.links[0].ended.reason], [true, '关联有误']);
    refused(await end(), 409, 'STATE_NOT_ALLOWED');
    refused(
      await officer.client.post(`/records/${recordId}/links/${app.deps.newId()}/end`, { reason: 'x' }),
      404,
      'NOT_FOUND',
    );
    const third = await one({ recordId, caseId, stage: 'FILE' });
    assert.notEqual(third.linkId, first.linkId);
  });

  it('takes 500 at once, and a repeated request finds what it made, refused items included', async () => {
    const caseId = await open();
    const records: string[] = [];
    for (let i = 0; i < 120; i++) records.push((await record()).id);
    const items = Array.from({ length: 500 }, (_, i) => ({
      recordId: i % 50 === 7 ? app.deps.newId() : records[i % records.length],
      caseId,
      stage: ['FILE', 'INVESTIGATE', 'DECIDE', 'SERVE', 'EXECUTE'][Math.floor(i / records.length)],
    }));
    const key = { 'idempotency-key': 'bulk' };
    const first = await link(items, key);
    assert.equal(first.filter((result: { ok: boolean }) => result.ok).length, 490);
    const linkIds = first.flatMap((result: { linkId?: string }) => result.linkId ?? []);
    assert.equal(new Set(linkIds).size, 490);
    assert.deepEqual(await link(items, key), first);
    refused(await officer.client.post('/links', { items: items.slice(1) }, key), 422, 'IDEMPOTENCY_KEY_REUSED');
    const state = must(await officer.client.get(`/records/${records[0]}`));
    assert.equal(state.links.length, 5);
  }).timeout(60_000);

  it('is refused to who does not hold the record, for a case they cannot read, and for a closed case', async () => {
    const { id: recordId } = await record();
    const caseId = await open();
    assert.equal(await code({ recordId, caseId }, stranger), 'FORBIDDEN');
    const theirs = await record({ departmentId: elsewhere, uploadedBy: stranger.id });
    assert.equal(await code({ recordId: theirs.id, caseId }, stranger), 'FORBIDDEN');
    const reviewer = await agency.person({ roles: ['reviewer'], departments: [department] });
    refused(await reviewer.client.post('/links', { items: [{ recordId, caseId }] }), 403, 'FORBIDDEN');
    const made = await one({ recordId, caseId });
    must(await officer.client.post(`/cases/${caseId}/stages`, { stage: 'CLOSE' }));
    assert.equal(await code({ recordId, caseId, stage: 'FILE' }), 'STATE_NOT_ALLOWED');
    const end = await officer.client.post(`/records/${recordId}/links/${made.linkId}/end`, { reason: 'x' });
    refused(end, 409, 'STATE_NOT_ALLOWED');
  });

  it('gives the case of a linked record its knowledge, and lets who keeps the case end the link', async () => {
    const caseId = await open([], stranger);
    const both = await agency.person({ roles: ['officer'], departments: [department, elsewhere] });
    const { id: recordId } = await record();
    refused(await stranger.client.get(`/records/${recordId}`), 403, 'FORBIDDEN');
    const made = await one({ recordId, caseId, stage: 'INSPECT' }, both);
    must(await stranger.client.get(`/records/${recordId}`));
    assert.deepEqual(ids(must(await stranger.client.get(`/cases/${caseId}/records`))), [recordId]);
    must(await stranger.client.post(`/records/${recordId}/links/${made.linkId}/end`, { reason: '与本案无关' }));
    refused(await stranger.client.get(`/records/${recordId}`), 403, 'FORBIDDEN');
  });

  it('shows text and footage of one subject together, in time order, across cases', async () => {
    const [who, other] = [await subject('甲'), await subject('乙')];
    const [first, second, unrelated] = [await open([who, other]), await open([who]), await open([other])];
    const at = (day: string) => ({ captured: { from: `2026-03-${day}T10:00:00+08:00` } });
    const video = await record({ ...at('01'), kind: 'video' }, 5000);
    const text = await record(at('02'));
    const wide = await record(at('03'));
    const notTheirs = await record(at('04'));
    const elseCase = await record(at('05'));
    const late = await record(at('06'));
    await link([
      { recordId: late.id, caseId: second, stage: 'SERVE' },
      { recordId: text.id, subjectId: who },
      { recordId: video.id, subjectId: who, caseId: first, stage: 'INSPECT' },
      { recordId: wide.id, caseId: first, stage: 'INSPECT' },
      { recordId: notTheirs.id, subjectId: other, caseId: first, stage: 'INSPECT' },
      { recordId: elseCase.id, caseId: unrelated },
    ]);
    const get = async (query = '') => must(await officer.client.get(`/subjects/${who}/records${query}`));
    const all = await get();
    assert.deepEqual(ids(all), [video.id, text.id, wide.id, late.id]);
    assert.deepEqual(
      all.items.map((item: { via: string }) => item.via),
      ['direct', 'direct', 'case', 'case'],
    );
    assert.deepEqual(ids(await get(`?caseId=${first}`)), [video.id, wide.id]);
    assert.deepEqual(ids(await get('?stage=SERVE')), [late.id]);
    assert.deepEqual(ids(await get(`?caseId=${first}&stage=SERVE`)), []);
    assert.deepEqual(ids(await get('?kind=text&order=desc')), [late.id, wide.id, text.id]);
    assert.deepEqual(ids(await get('?from=2026-03-02T00:00:00%2B08:00&to=2026-03-03T00:00:00Z')), [text.id]);
    const page = await get('?limit=3');
    assert.deepEqual(ids(await get(`?limit=3&after=${encodeURIComponent(page.next)}`)), [late.id]);
    const ofCase = async (query = '') => ids(must(await officer.client.get(`/cases/${first}/records${query}`)));
    assert.deepEqual(await ofCase(), [video.id, wide.id, notTheirs.id]);
    assert.deepEqual(await ofCase('?stage=INSPECT&kind=text'), [wide.id, notTheirs.id]);
    assert.deepEqual(ids(must(await stranger.client.get(`/subjects/${who}/records`))), []);
    refused(await officer.client.get(`/subjects/${app.deps.newId()}/records`), 404, 'NOT_FOUND');
    const { subjects } = must(await officer.client.get(`/cases/${second}`));
    must(await officer.client.post(`/cases/${second}/subjects/${subjects[0].id}/end`, { reason: '并非当事人' }));
    assert.deepEqual(ids(await get()), [video.id, text.id, wide.id]);
  });

  it('takes nothing of another agency', async () => {
    const other = await foundAgency(app, 'other', '另一机关');
    const foreign = await other.person({ roles: ['officer'], departments: [await other.department()] });
    const [recordId, subjectId, caseId] = [(await record()).id, await subject(), await open()];
    const own = await madeRecord(other, { departmentId: elsewhere, uploadedBy: foreign.id });
    assert.equal(await code({ recordId, caseId }, foreign), 'NOT_FOUND');
    assert.equal(await code({ recordId: own.id, subjectId }, foreign), 'UNKNOWN_REFERENCE');
    assert.equal(await code({ recordId: own.id, caseId }, foreign), 'UNKNOWN_REFERENCE');
    refused(await foreign.client.get(`/subjects/${subjectId}/records`), 404, 'NOT_FOUND');
  });
});
