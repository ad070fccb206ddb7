import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { packed } from '../support/exports.ts';
import { pdf, settled } from '../support/uploads.ts';

describe('who had access', function () {
  this.timeout(30_000);
  let app: TestApp;
  let agency: TestAgency;
  let [officer, reviewer, approver, archivist, auditor]: TestPerson[] = [];
  let [record, bystander, caseId, grantId, subject]: string[] = [];
  const original = pdf('询问笔录');

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    const departments = [await agency.department('执法一队')];
    officer = await agency.person({ roles: ['officer'], departments, name: '王警官' });
    reviewer = await agency.person({ roles: ['reviewer'], name: '=审核员' });
    approver = await agency.person({ roles: ['approver'], departments, name: '李批准' });
    archivist = await agency.person({ roles: ['archivist'], name: '吴档案' });
    auditor = await agency.person({ roles: ['auditor'] });
    const opened = { kind: 'penalty', cause: '占道经营', departmentId: departments[0], stage: 'INSPECT' };
    caseId = must(await officer.client.post('/cases', opened), 201).id;
    record = await bring('笔录.pdf', original, caseId);
    bystander = await bring('另一份.pdf', pdf('另一份'));
    const told = { type: 'person', name: '赵某某', idType: 'resident-id', idNumber: '11010519491231002X' };
    subject = must(await officer.client.post('/subjects', told), 201).id;
    must(await officer.client.post(`/subjects/${subject}/reveal`, { fields: ['idNumber'], reason: '核对' }));

    const asked = { reason: 'complaint', text: '信访核查', recordIds: [record], seconds: 600, viewings: 2 };
    grantId = must(await reviewer.client.post('/grants', asked), 201).id;
    must(await approver.client.post(`/grants/${grantId}/answer`, { decision: 'approve', reason: '同意调阅' }));
    const { id } = must(await reviewer.client.post(`/grants/${grantId}/viewings`), 201);
    const content = await reviewer.client.fetch('GET', `/viewings/${id}/records/${record}/content`);
    await content.arrayBuffer();
    must(await reviewer.client.post(`/viewings/${id}/close`));
    must(await reviewer.client.post('/grants', { ...asked, recordIds: [bystander], text: '未批准的' }), 201);
    const { id: exportId } = must(await archivist.client.post(`/cases/${caseId}/exports`, {}), 202);
    await packed(archivist.client, exportId);
    await (await archivist.client.fetch('GET', `/exports/${exportId}/content`)).arrayBuffer();
  });
  after(() => app.destroy());

  async function bring(name: string, bytes: Buffer, linked?: string): Promise<string> {
    const form = new FormData();
    if (linked) form.append('caseId', linked);
    form.append('files', new Blob([new Uint8Array(bytes)]), name);
    const { records } = must(await officer!.client.send('POST', '/records', { body: form }), 201);
    await settled(agency, records[0].id);
    return records[0].id;
  }

  const report = async (query: Record<string, string>) =>
    must(await auditor!.client.get(`/ledger/accesses?${new URLSearchParams(query)}`));
  const whats = ({ items }: { items: { what: string }[] }) => items.map(({ what }) => what).reverse();

  it('tells of a record who asked, who approved, what was watched, exported and fetched', async () => {
    const { items } = await report({ recordId: record! });
    assert.deepEqual(whats({ items }), ['request', 'viewing', 'export', 'fetch']);
    const [fetch, exported, viewing, request] = items;
    assert.deepEqual(request.person, { id: reviewer!.id, name: '=审核员' });
    const { answered, ...grant } = request.grant;
    assert.deepEqual([grant.id, grant.text, grant.state, grant.viewed], [grantId, '信访核查', 'live', 1]);
    assert.deepEqual([answered.by, answered.reason], [{ id: approver!.id, name: '李批准' }, '同意调阅']);
    assert.equal(viewing.grant.id, grantId);
    assert.deepEqual(viewing.viewing.ranges, [{ recordId: record, from: 0, to: original.length - 1 }]);
    assert.deepEqual([viewing.viewing.closedBy, viewing.viewing.bytes], ['call', original.length]);
    assert.equal(viewing.records[0].size, original.length);
    assert.ok(viewing.viewing.address && viewing.viewing.seconds >= 0);
    assert.deepEqual([exported.case.title, exported.case.id], ['占道经营', caseId]);
    assert.equal(fetch.person.name, '吴档案');
    assert.match(fetch.export.sha256, /^[0-9a-f]{64}$/);
    assert.deepEqual(whats(await report({ recordId: bystander! })), ['request']);
  });

  it('tells of a person what they asked, watched, exported and revealed, and of everybody', async () => {
    assert.deepEqual(whats(await report({ personId: reviewer!.id })), ['request', 'viewing', 'request']);
    assert.deepEqual(whats(await report({ personId: archivist!.id })), ['export', 'fetch']);
    const [reveal] = (await report({ personId: officer!.id })).items;
    assert.deepEqual([reveal.what, reveal.subjectId, reveal.fields], ['reveal', subject, ['idNumber']]);
    assert.deepEqual(whats(await report({ personId: officer!.id, recordId: record! })), []);
    assert.deepEqual(whats(await report({})), ['reveal', 'request', 'viewing', 'request', 'export', 'fetch']);
    assert.deepEqual(whats(await report({ what: 'viewing' })), ['viewing']);
  });

  it('keeps to a span of time, and goes page by page', async () => {
    const { items } = await report({});
    const [, fifth] = items;
    assert.ok((await report({ from: fifth.time })).items.some(({ seq }: { seq: number }) => seq === fifth.seq));
    for (const { time } of (await report({ to: fifth.time })).items) assert.ok(time < fifth.time);
    const seqs: number[] = [];
    for (let after: string | undefined; ; ) {
      const page = await report({ limit: '2', ...(after && { after }) });
      seqs.push(...page.items.map(({ seq }: { seq: number }) => seq));
      after = page.next;
      if (!after) break;
    }
    assert.deepEqual(
      seqs,
      items.map(({ seq }: { seq: number }) => seq),
    );
  });

  it('gives all of it as CSV that no spreadsheet runs', async () => {
    const response = await auditor!.client.fetch('GET', `/ledger/accesses.csv?recordId=${record}`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/csv/);
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    const lines = bytes.toString('utf8').slice(1).trimEnd().split('\r\n');
    assert.equal(lines.length, 5);
    const [heading, , , viewing, request] = lines.map((line) => line.split(','));
    assert.equal(heading?.[3], '人员 person');
    assert.ok(request?.includes("'=审核员") && request.includes('信访核查') && request.includes('同意调阅'));
    assert.ok(viewing?.includes(`0–${original.length - 1}`));
    const none = await auditor!.client.fetch('GET', `/ledger/accesses.csv?to=2020-01-01T00:00:00Z`);
    assert.equal((await none.text()).trimEnd().split('\r\n').length, 1);
  });

  it('is for auditors of the agency alone', async () => {
    const other = (await (await foundAgency(app, 'two')).person({ roles: ['auditor'] })).client;
    for (const path of ['/ledger/accesses', '/ledger/accesses.csv']) {
      for (const { client } of [officer!, reviewer!, approver!, archivist!])
        refused(await client.get(path), 403, 'FORBIDDEN');
      refused(await other.get(`${path}?recordId=${record}`), 404, 'NOT_FOUND');
      refused(await other.get(`${path}?personId=${officer!.id}`), 404, 'NOT_FOUND');
      refused(await auditor!.client.get(`${path}?recordId=x`), 422, 'VALIDATION');
    }
    refused(await auditor!.client.get('/ledger/accesses.csv?limit=3'), 422, 'VALIDATION');
    assert.deepEqual(must(await other.get('/ledger/accesses')).items, []);
  });
});
