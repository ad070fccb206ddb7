import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { pdf } from '../support/uploads.ts';

const HOUR = 3_600_000;

describe('cases', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  let stranger: TestPerson;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department], name: '张警官' });
    stranger = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
  });
  after(() => app.destroy());

  const open = (body: object = {}, headers = {}) =>
    officer.client.post('/cases', { kind: 'penalty', cause: '无证办学', ...body }, headers);
  const subject = async (name: string) =>
    must(await officer.client.post('/subjects', { type: 'person', name }), 201).id;
  const enter = (id: string, stage: string) => officer.client.post(`/cases/${id}/stages`, { stage });

  it('opens in the only department of the caller, with subjects and team, named as they are now', async () => {
    const subjectId = await subject('李某某');
    const made = must(await open({ subjects: [{ subjectId }], team: [{ personId: officer.id, role: 'lead' }] }), 201);
    assert.deepEqual([made.state, made.stage, made.departmentId], ['open', 'SOURCE', department]);
    assert.deepEqual([made.subjects[0].name, made.subjects[0].role], ['李某某', 'party']);
    assert.deepEqual([made.team[0].name, made.team[0].role], ['张警官', 'lead']);
    assert.deepEqual(must(await officer.client.get(`/cases/${made.id}`)), made);
  });

  it('refuses what it refers to and is not there', async () => {
    const nobody = app.deps.newId();
    refused(await open({ subjects: [{ subjectId: nobody }] }), 422, 'UNKNOWN_REFERENCE');
    refused(await open({ team: [{ personId: nobody }] }), 422, 'UNKNOWN_REFERENCE');
    refused(await open({ departmentId: nobody }), 403, 'FORBIDDEN');
    refused(await open({ kind: 'nonsense' }), 422, 'VALIDATION');
    refused(await open({ stage: 'HEARING' }), 422, 'VALIDATION');
    refused(await open({ cause: '\u0000' }), 422, 'VALIDATION');
  });

  it('keeps a number unique in whatever brackets, and gives it back when it changes', async () => {
    const { id } = must(await open({ caseNo: '龙教罚〔2026〕1号' }), 201);
    refused(await open({ caseNo: '龙教罚[2026] １号' }), 409, 'ALREADY_EXISTS');
    const other = await open();
    const path = `/cases/${must(other, 201).id}`;
    const etag = other.headers.get('etag');
    refused(
      await officer.client.patch(path, { caseNo: '龙教罚（2026）1号', reason: '编号' }, etag),
      409,
      'ALREADY_EXISTS',
    );
    must(await officer.client.patch(path, { caseNo: '龙教罚〔2026〕2号', reason: '编号' }, etag));
    const read = await officer.client.get(`/cases/${id}`);
    const moved = await officer.client.patch(
      `/cases/${id}`,
      { caseNo: '龙教罚〔2026〕3号', reason: '误编' },
      read.headers.get('etag'),
    );
    assert.equal(must(moved).caseNo, '龙教罚〔2026〕3号');
    must(await open({ caseNo: '龙教罚〔2026〕1号' }), 201);
    const found = must(await officer.client.get(`/cases?caseNo=${encodeURIComponent('龙教罚(2026)3号')}`));
    assert.deepEqual(
      found.items.map((item: { id: string }) => item.id),
      [id],
    );
  });

  it('goes from stage to stage as the table of its kind allows, and closes', async () => {
    const { id } = must(await open(), 201);
    for (const stage of ['INSPECT', 'FILE', 'INVESTIGATE', 'CONCLUDE', 'REVIEW', 'NOTICE', 'DECIDE', 'SERVE']) {
      assert.equal(must(await enter(id, stage)).stage, stage);
    }
    refused(await enter(id, 'INVESTIGATE'), 409, 'STATE_NOT_ALLOWED');
    refused(await enter(id, 'toString'), 422, 'VALIDATION');
    const closed = must(await enter(id, 'CLOSE'));
    assert.equal(closed.state, 'closed');
    refused(await enter(id, 'EXECUTE'), 409, 'STATE_NOT_ALLOWED');
    refused(
      await officer.client.post(`/cases/${id}/subjects`, { subjectId: await subject('迟到') }),
      409,
      'STATE_NOT_ALLOWED',
    );
    assert.equal(must(await enter(id, 'ARCHIVE')).state, 'closed');
    const inspection = must(await open({ kind: 'inspection' }), 201);
    refused(await enter(inspection.id, 'HEARING'), 422, 'VALIDATION');
  });

  it('tells of each stage what is there and what must be', async () => {
    const { id } = must(await open({ stage: 'INSPECT' }), 201);
    const stages = async () => must(await officer.client.get(`/cases/${id}/stages`));
    const of = async (stage: string) => (await stages()).stages.find((one: { stage: string }) => one.stage === stage);
    assert.deepEqual((await of('INSPECT')).lacks, ['documents']);
    assert.deepEqual([(await of('FILE')).next, (await of('SERVE')).next], [true, false]);
    const form = (stage?: string) => {
      const body = new FormData();
      body.set('caseId', id);
      if (stage) body.set('stage', stage);
      body.set('files', new Blob([pdf(`${stage}`)]), '现场检查记录.pdf');
      return officer.client.send('POST', '/records', { body });
    };
    must(await form('INSPECT'), 201);
    must(await form(), 201);
    const inspected = await of('INSPECT');
    assert.deepEqual([inspected.records.text, inspected.lacks], [1, []]);
    assert.equal((await stages()).elsewhere.text, 1);
    must(await enter(id, 'COERCE'));
    assert.deepEqual((await of('COERCE')).lacks, ['documents', 'footage']);
    refused(await stranger.client.get(`/cases/${id}/stages`), 403, 'FORBIDDEN');
  });

  it('adds a subject once, takes it out with a reason, and may add it again', async () => {
    const { id } = must(await open(), 201);
    const subjectId = await subject('吴某某');
    const add = () => officer.client.post(`/cases/${id}/subjects`, { subjectId, role: 'witness' });
    const first = must(await add());
    assert.deepEqual(must(await add()), first);
    const end = `/cases/${id}/subjects/${first.subjects[0].id}/end`;
    const gone = must(await officer.client.post(end, { reason: '误加' }));
    assert.deepEqual([gone.subjectIds, gone.subjects[0].ended.reason], [[], '误加']);
    refused(await officer.client.post(end, { reason: '再次' }), 409, 'STATE_NOT_ALLOWED');
    assert.equal(must(await add()).subjects.length, 2);
  });

  it('opens to a colleague of another department while they are on the team', async () => {
    const { id } = must(await open(), 201);
    refused(await stranger.client.get(`/cases/${id}`), 403, 'FORBIDDEN');
    const ids = async () => must(await stranger.client.get('/cases')).items.map((item: { id: string }) => item.id);
    assert.deepEqual(await ids(), []);
    const joined = must(await officer.client.post(`/cases/${id}/team`, { personId: stranger.id }));
    must(await stranger.client.get(`/cases/${id}`));
    assert.deepEqual(await ids(), [id]);
    refused(await officer.client.post(`/cases/${id}/team`, { personId: stranger.id }), 409, 'CONFLICT');
    must(await officer.client.post(`/cases/${id}/team/${joined.team[0].id}/end`, {}));
    refused(await stranger.client.get(`/cases/${id}`), 403, 'FORBIDDEN');
    assert.deepEqual(await ids(), []);
    const from = new Date(Date.now() + HOUR).toISOString();
    must(await officer.client.post(`/cases/${id}/team`, { personId: stranger.id, from }));
    refused(await stranger.client.get(`/cases/${id}`), 403, 'FORBIDDEN');
    const wrong = { personId: officer.id, from, to: new Date().toISOString() };
    refused(await officer.client.post(`/cases/${id}/team`, wrong), 422, 'VALIDATION');
  });

  it('makes a case once under one key', async () => {
    const key = { 'idempotency-key': 'case-1' };
    const first = must(await open({ caseNo: '键1' }, key), 201);
    assert.equal(must(await open({ caseNo: '键1' }, key), 201).id, first.id);
    refused(await open({ caseNo: '键2' }, key), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('upserts by external id within the reach of the caller', async () => {
    const told = { kind: 'penalty', cause: '超范围办学' };
    const put = (person: TestPerson, body: object) => person.client.put('/cases/external/zfpt/2026-7', body);
    const made = must(await put(officer, told), 201);
    assert.deepEqual(must(await put(officer, told)), made);
    const changed = must(await put(officer, { ...told, cause: '超范围培训', caseNo: '外1' }));
    assert.deepEqual([changed.id, changed.cause, changed.caseNo], [made.id, '超范围培训', '外1']);
    refused(await put(stranger, told), 403, 'FORBIDDEN');
    refused(await put(officer, { ...told, kind: 'licence' }), 409, 'STATE_NOT_ALLOWED');
  });

  it('filters by what is asked', async () => {
    const subjectId = await subject('孙某某');
    const { id } = must(await open({ kind: 'licence', cause: '办学许可审查', subjects: [{ subjectId }] }), 201);
    const only = async (query: string) =>
      must(await officer.client.get(`/cases?${query}`)).items.map((item: { id: string }) => item.id);
    assert.deepEqual(await only('kind=licence'), [id]);
    assert.deepEqual(await only(`subjectId=${subjectId}`), [id]);
    assert.deepEqual(await only(`q=${encodeURIComponent('许可审查')}`), [id]);
    assert.deepEqual(await only(`to=2020-01-01T00:00:00Z`), []);
    assert.deepEqual(await only('state=closed&kind=licence'), []);
    refused(await officer.client.get('/cases?from=yesterday'), 422, 'VALIDATION');
  });

  it('is not there for another agency, and nobody but its writers changes it', async () => {
    const { id } = must(await open(), 201);
    const other = await foundAgency(app, 'other', '另一机关');
    const foreign = await other.person({ roles: ['officer', 'archivist'], departments: [await other.department()] });
    for (const path of [`/cases/${id}`, `/cases/${id}/records`])
      refused(await foreign.client.get(path), 404, 'NOT_FOUND');
    refused(await foreign.client.post(`/cases/${id}/stages`, { stage: 'FILE' }), 404, 'NOT_FOUND');
    refused(await foreign.client.patch(`/cases/${id}`, { cause: 'x', reason: 'x' }, '"1"'), 404, 'NOT_FOUND');
    const reviewer = await agency.person({ roles: ['reviewer'], departments: [department] });
    must(await reviewer.client.get(`/cases/${id}`));
    refused(await reviewer.client.post(`/cases/${id}/stages`, { stage: 'FILE' }), 403, 'FORBIDDEN');
    refused(await officer.client.get('/cases/not-a-uuid'), 404, 'NOT_FOUND');
  });
});
