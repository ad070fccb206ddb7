import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { madeRecord } from './made-records.ts';

const ids = (items: { id: string }[]) => items.map(({ id }) => id);

describe('search', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: TestPerson;
  let stranger: TestPerson;
  let subject: string;
  let file: string;
  let record: string;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    const department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
    stranger = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
    const told = { type: 'organisation', name: '龙泉市启明培训学校', idType: 'passport', idNumber: 'E87654321' };
    const contacts = { phone: '13912345678', address: '剑池街道一号' };
    subject = must(await officer.client.post('/subjects', { ...told, contacts }), 201).id;
    const body = { kind: 'penalty', cause: '擅自举办培训学校', caseNo: '龙教罚〔2026〕9号' };
    file = must(await officer.client.post('/cases', body), 201).id;
    const made = { departmentId: department, uploadedBy: officer.id, title: '培训学校现场录像', name: 'REC 0001.MP4' };
    record = (await madeRecord(agency, made)).id;
  });
  after(() => app.destroy());

  const search = async (q: string, person = officer) =>
    must(await person.client.get(`/search?q=${encodeURIComponent(q)}`));

  it('finds Chinese by any two characters that stand together, in all three', async () => {
    const found = await search('培训学校');
    assert.deepEqual([ids(found.subjects), ids(found.cases), ids(found.records)], [[subject], [file], [record]]);
    assert.deepEqual(ids((await search('启明')).subjects), [subject]);
    assert.deepEqual(ids((await search('rec 0001')).records), [record]);
    assert.deepEqual(await search('学培'), { subjects: [], cases: [], records: [] });
  });

  it('finds whole id numbers and case numbers however they are typed, never a part, never a phone or address', async () => {
    assert.deepEqual(ids((await search('ｅ87654321')).subjects), [subject]);
    assert.deepEqual(ids((await search('龙教罚[2026]9号')).cases), [file]);
    for (const q of ['E8765432', '87654321', '13912345678', '剑池街道'])
      assert.deepEqual((await search(q)).subjects, [], q);
    assert.ok(!JSON.stringify(await search('启明')).includes('E87654321'));
  });

  it('shows only what the caller may read', async () => {
    const found = await search('培训学校', stranger);
    assert.deepEqual([ids(found.subjects), ids(found.cases), ids(found.records)], [[subject], [], []]);
    assert.deepEqual((await search('龙教罚〔2026〕9号', stranger)).cases, []);
    const reviewer = await agency.person({ roles: ['reviewer'] });
    assert.deepEqual(ids((await search('培训学校', reviewer)).records), [record]);
    const other = await foundAgency(app, 'other', '另一机关');
    const foreign = await other.person({ roles: ['officer'], departments: [await other.department()] });
    for (const q of ['培训学校', 'E87654321', '龙教罚〔2026〕9号']) {
      assert.deepEqual(await search(q, foreign), { subjects: [], cases: [], records: [] });
    }
    const admin = await agency.person({ roles: ['sysadmin'] });
    refused(await admin.client.get('/search?q=x'), 403, 'FORBIDDEN');
  });

  it('takes any text as words only', async () => {
    for (const q of [
      '" OR 1=1 --',
      'NEAR(a b)',
      '*',
      'NOT',
      '()',
      '👩‍👩‍👧',
      '\u202e',
      "';DROP TABLE documents;",
      '%_',
      'a'.repeat(200),
    ]) {
      const found = await search(q);
      assert.deepEqual([found.cases, found.subjects], [[], []], q);
    }
    for (const q of ['', '%00', 'x'.repeat(201)])
      refused(await officer.client.get(`/search?q=${q}`), 422, 'VALIDATION');
    refused(await officer.client.get('/search?q=a&q=b'), 422, 'VALIDATION');
    must(await officer.client.get('/search?q=%ff%fe'));
  });
});
