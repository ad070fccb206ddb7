import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { decodeEntry } from '../../signing/chain.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';

const NUMBER = withCheck('33010619900307123');
const OTHER = '110101199003070038';

describe('subjects', () => {
  let app: TestApp;
  let agency: TestAgency;
  let officer: TestPerson;
  let reviewer: TestPerson;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    const departments = [await agency.department()];
    officer = await agency.person({ roles: ['officer'], departments });
    reviewer = await agency.person({ roles: ['reviewer'], departments });
  });
  after(() => app.destroy());

  const register = (body: object, headers = {}) =>
    officer.client.post('/subjects', { type: 'person', ...body }, headers);

  it('registers a person, masks what is personal, and finds the same one by the number in any form', async () => {
    const told = {
      name: '张某某',
      idType: 'resident-id',
      idNumber: NUMBER,
      contacts: { phone: '13800005678', address: '浙江省龙泉市剑池街道一号', email: 'zhang@example.com' },
    };
    const made = must(await register(told), 201);
    assert.notEqual(made.idNumber, NUMBER);
    assert.ok(!JSON.stringify(made).includes('13800005678'));
    assert.equal(made.minor, false);
    for (const idNumber of [
      NUMBER,
      [...NUMBER].map((d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)).join(''),
      ` ${NUMBER} `,
    ]) {
      const again = must(await register({ name: '另一个名字', idType: 'resident-id', idNumber }), 200);
      assert.equal(again.id, made.id);
      assert.equal(again.name, '张某某');
    }
    const read = must(await officer.client.get(`/subjects/${made.id}`));
    assert.deepEqual(read, made);
  });

  it('finds the same subject by a small x, and in a race registers only one', async () => {
    const body = { name: '李某', idType: 'resident-id', idNumber: '11010519491231002x' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => register(body)));
    const ids = new Set(answers.map((answer) => answer.body.id));
    assert.equal(ids.size, 1);
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    const big = must(await register({ ...body, idNumber: '11010519491231002X' }), 200);
    assert.ok(ids.has(big.id));
  });

  it('refuses a number that fails its check, and keeps it with a reason and a flag', async () => {
    const body = { name: '王某', idType: 'resident-id', idNumber: '330106199003071238' };
    refused(await register(body), 422, 'ID_NUMBER_INVALID');
    const kept = must(await register({ ...body, idNumberReason: '当事人提供的号码，待核实' }), 201);
    assert.equal(kept.idNumberFault, 'check-digit');
    assert.equal(kept.idNumberReason, '当事人提供的号码，待核实');
  });

  it('marks a minor by the resident id, and an unknown subject as provisional', async () => {
    const year = new Date().getFullYear() - 10;
    const child = must(
      await register({ name: '赵某', idType: 'resident-id', idNumber: withCheck(`330106${year}0101001`) }),
      201,
    );
    assert.equal(child.minor, true);
    const unknown = must(await officer.client.post('/subjects', { type: 'unknown' }), 201);
    assert.deepEqual([unknown.provisional, unknown.name], [true, '']);
    refused(await officer.client.post('/subjects', { type: 'person' }), 422, 'VALIDATION');
  });

  it('corrects by a version, and a changed number gives the old one back', async () => {
    const made = await register({ name: '周某', idType: 'resident-id', idNumber: OTHER });
    const { id } = must(made, 201);
    const etag = made.headers.get('etag');
    const path = `/subjects/${id}`;
    refused(await officer.client.patch(path, { name: '周某某', reason: '笔误' }), 428, 'PRECONDITION_REQUIRED');
    const fixed = {
      idType: 'resident-id',
      idNumber: '110101199003070011',
      reason: '身份证核对',
      idNumberReason: '核对中',
    };
    const corrected = await officer.client.patch(path, { ...fixed, name: '周某某' }, etag);
    assert.equal(must(corrected).name, '周某某');
    refused(await officer.client.patch(path, { name: '旧', reason: '旧版本' }, etag), 412, 'PRECONDITION_FAILED');
    const next = must(await register({ name: '吴某', idType: 'resident-id', idNumber: OTHER }), 201);
    assert.notEqual(next.id, id);
    const clash = await officer.client.patch(
      path,
      { idType: 'resident-id', idNumber: OTHER, reason: 'x' },
      corrected.headers.get('etag'),
    );
    refused(clash, 409, 'ALREADY_EXISTS');
    const same = await officer.client.patch(path, { name: '周某某', reason: '无变化' }, corrected.headers.get('etag'));
    assert.equal(same.headers.get('etag'), corrected.headers.get('etag'));
    const cleared = await officer.client.patch(path, { idNumber: null, reason: '误录' }, corrected.headers.get('etag'));
    assert.equal(must(cleared).idNumber, undefined);
  });

  it('reveals in clear only with a reason and an entry, in which the reason is not clear', async () => {
    const { id } = must(await register({ name: '郑某', contacts: { phone: '057812345678' } }), 201);
    refused(await officer.client.post(`/subjects/${id}/reveal`, { fields: ['phone'] }), 422, 'VALIDATION');
    const shown = await officer.client.post(`/subjects/${id}/reveal`, {
      fields: ['phone', 'idNumber'],
      reason: '电话通知到案',
    });
    assert.deepEqual(must(shown), { phone: '057812345678' });
    const entries = await app.deps.ledgerStore.stream(agency.id, `subject/${id}`);
    const last = decodeEntry(entries.at(-1)!.bytes);
    assert.deepEqual([last.events[0]!.type, last.actor.id], ['subject.revealed', officer.id]);
    for (const { bytes } of entries) {
      const text = Buffer.from(bytes).toString('utf8');
      for (const secret of ['郑某', '057812345678', '电话通知到案']) assert.ok(!text.includes(secret), secret);
    }
  });

  it('lets a reviewer read and reveal, not write; an administrator neither', async () => {
    const { id } = must(await register({ name: '冯某', contacts: { email: 'a@b.cn' } }), 201);
    must(await reviewer.client.get(`/subjects/${id}`));
    must(await reviewer.client.post(`/subjects/${id}/reveal`, { fields: ['email'], reason: '审核' }));
    refused(await reviewer.client.post('/subjects', { type: 'unknown' }), 403, 'FORBIDDEN');
    const admin = await agency.person({ roles: ['sysadmin'] });
    refused(await admin.client.get(`/subjects/${id}`), 403, 'FORBIDDEN');
    refused(await admin.client.post(`/subjects/${id}/reveal`, { fields: ['email'], reason: '好奇' }), 403, 'FORBIDDEN');
  });

  it('answers a repeated request as before, and refuses another body under its key', async () => {
    const key = { 'idempotency-key': 'subject-1' };
    const body = { name: '陈某', idType: 'passport', idNumber: 'E12345678' };
    const first = must(await register(body, key), 201);
    assert.deepEqual(must(await register(body, key), 201), first);
    refused(await register({ ...body, name: '陈某某' }, key), 422, 'IDEMPOTENCY_KEY_REUSED');
  });

  it('upserts by external id, and joins it to the subject that has the number', async () => {
    const put = (id: string, body: object) =>
      officer.client.put(`/subjects/external/zjzfzx/${id}`, { type: 'organisation', ...body });
    const first = must(await put('A1', { name: '某培训机构' }), 201);
    assert.equal(must(await put('A1', { name: '某培训学校', contacts: { phone: '0578-1234567' } })).id, first.id);
    assert.equal(must(await officer.client.get(`/subjects/${first.id}`)).name, '某培训学校');
    const numbered = must(await register({ name: '褚某', idType: 'passport', idNumber: 'G7654321' }), 201);
    const joined = must(await put('A2', { type: 'person', name: '褚某', idType: 'passport', idNumber: 'g7654321' }));
    assert.equal(joined.id, numbered.id);
    assert.deepEqual(joined.externalIds, [{ system: 'zjzfzx', id: 'A2' }]);
    refused(
      await put('A1', { type: 'person', name: '褚某', idType: 'passport', idNumber: 'G7654321' }),
      409,
      'ALREADY_EXISTS',
    );
  });

  it('takes names of any script and refuses what is no text', async () => {
    for (const name of ['𠮷野家👩‍👩‍👧', 'שלום עולם', '\u202eevil', 'Ñandú O’Brien']) {
      assert.equal(must(await register({ name }), 201).name, name);
    }
    for (const name of ['a\u0000b', 'x'.repeat(10_000), '   ', 5, null, ['x']]) {
      refused(await register({ name }), 422, 'VALIDATION');
    }
    const torn = await register({ name: '\ud800' });
    assert.ok(torn.status === 400 || torn.status === 422, String(torn.status));
    refused(await register({ name: '张三', role: 'x' }), 422, 'VALIDATION');
  });

  it('shows nothing of it to another agency', async () => {
    const { id } = must(await register({ name: '秘某', idType: 'passport', idNumber: 'X1111111' }), 201);
    const other = await foundAgency(app, 'other', '另一机关');
    const stranger = await other.person({ roles: ['officer'], departments: [await other.department()] });
    refused(await stranger.client.get(`/subjects/${id}`), 404, 'NOT_FOUND');
    refused(await stranger.client.patch(`/subjects/${id}`, { name: 'x', reason: 'x' }, '"1"'), 404, 'NOT_FOUND');
    refused(await stranger.client.post(`/subjects/${id}/reveal`, { fields: ['email'], reason: 'x' }), 404, 'NOT_FOUND');
    const own = must(
      await stranger.client.post('/subjects', {
        type: 'person',
        name: '同号',
        idType: 'passport',
        idNumber: 'X1111111',
      }),
      201,
    );
    assert.notEqual(own.id, id);
    assert.deepEqual(
      must(await stranger.client.get('/subjects')).items.map((item: { id: string }) => item.id),
      [own.id],
    );
  });

  it('pages through all, newest first', async () => {
    const all: string[] = [];
    for (let next = ''; ; ) {
      const page = must(await officer.client.get(`/subjects?limit=5${next && `&after=${encodeURIComponent(next)}`}`));
      all.push(...page.items.map((item: { id: string }) => item.id));
      next = page.next ?? '';
      if (!next) break;
    }
    assert.deepEqual(all, [...new Set(all)].sort().reverse());
    assert.ok(all.length > 10);
    refused(await officer.client.get('/subjects?after=zzz'), 422, 'VALIDATION');
    refused(await officer.client.get('/subjects?limit=0'), 422, 'VALIDATION');
    refused(await officer.client.get('/subjects?nonsense=1'), 422, 'VALIDATION');
  });
});

/** GB 11643: the check digit of the seventeen before it. */
function withCheck(digits: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0);
  return digits + '10X98765432'[sum % 11];
}
