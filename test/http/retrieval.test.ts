import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'mocha';
import { Agency, type House, openHouse, type Person } from './retrieval-house.ts';

describe('http: time-limited retrieval', () => {
  let house: House;
  let agency: Agency;
  let reviewer: Person;
  let approver: Person;
  let record: Awaited<ReturnType<Agency['record']>>;
  const here = '019a0000-0000-7000-8000-00000000000d';
  const there = '019a0000-0000-7000-8000-00000000000e';

  before(async () => {
    house = await openHouse();
    agency = new Agency(house);
    reviewer = await agency.person('reviewer', there);
    approver = await agency.person('approver', here);
    record = await agency.record({ departmentId: here, bytes: randomBytes(300_000) });
  });
  after(() => house.destroy());

  const ask = async (who: Person, recordIds: string[], more = {}) =>
    await who.post('/grants', { reason: 'complaint', text: '信访核查', recordIds, seconds: 60, viewings: 2, ...more });
  const approved = async (recordIds = [record.id], more = {}) => {
    const { body } = await ask(reviewer, recordIds, more);
    const answered = await approver.post(`/grants/${body.id}/answer`, { decision: 'approve', reason: '同意' });
    assert.equal(answered.status, 200, JSON.stringify(answered.body));
    return answered.body;
  };
  const opened = async (grantId: string) => {
    const { status, body } = await reviewer.post(`/grants/${grantId}/viewings`);
    assert.equal(status, 201, JSON.stringify(body));
    return body;
  };

  describe('asking and answering', () => {
    it('waits for an approver of the collecting department', async () => {
      const { status, body } = await ask(reviewer, [record.id, record.id]);
      assert.equal(status, 201);
      assert.equal(body.state, 'waiting');
      assert.deepEqual(body.departments, [here]);
      assert.deepEqual(body.recordIds, [record.id]);
      const elsewhere = await agency.person('approver', there);
      const answer = { decision: 'approve', reason: '同意' };
      assert.equal((await elsewhere.post(`/grants/${body.id}/answer`, answer)).body.code, 'FORBIDDEN');
      assert.equal((await reviewer.post(`/grants/${body.id}/answer`, answer)).body.code, 'FORBIDDEN');
      assert.equal((await reviewer.post(`/grants/${body.id}/viewings`)).body.code, 'STATE_NOT_ALLOWED');
      const granted = await approver.post(`/grants/${body.id}/answer`, { ...answer, seconds: 30, viewings: 1 });
      assert.equal(granted.body.state, 'live');
      assert.equal(granted.body.viewingsLeft, 1);
      assert.equal((await approver.post(`/grants/${body.id}/answer`, answer)).body.code, 'STATE_NOT_ALLOWED');
    });

    it('lets nobody answer their own request, whatever roles they have', async () => {
      const both = await agency.person(['approver', 'officer'], here);
      const { body } = await ask(both, [record.id]);
      for (const decision of ['approve', 'refuse']) {
        const answer = await both.post(`/grants/${body.id}/answer`, { decision, reason: '自批' });
        assert.deepEqual([answer.status, answer.body.code], [403, 'SEGREGATION']);
      }
    });

    it('refuses what it cannot be asked for', async () => {
      const codes = async (body: object) => {
        const answer = await reviewer.post('/grants', {
          reason: 'complaint',
          text: 'x',
          recordIds: [record.id],
          ...body,
        });
        return [answer.status, answer.body.code];
      };
      assert.deepEqual(await codes({ recordIds: [house.deps.newId()] }), [422, 'UNKNOWN_REFERENCE']);
      assert.deepEqual(await codes({ recordIds: [] }), [422, 'VALIDATION']);
      assert.deepEqual(await codes({ recordIds: Array.from({ length: 201 }, () => house.deps.newId()) }), [
        422,
        'VALIDATION',
      ]);
      assert.deepEqual(await codes({ reason: 'case' }), [422, 'VALIDATION']);
      assert.deepEqual(await codes({ reason: 'case', caseId: house.deps.newId() }), [422, 'UNKNOWN_REFERENCE']);
      assert.deepEqual(await codes({ reason: 'curiosity' }), [422, 'VALIDATION']);
      assert.deepEqual(await codes({ seconds: 0 }), [422, 'VALIDATION']);
      assert.deepEqual(await codes({ seconds: 1e9 }), [422, 'VALIDATION']);
      assert.deepEqual(await codes({ viewings: 51 }), [422, 'VALIDATION']);
      assert.deepEqual(await codes({ text: '   ' }), [422, 'VALIDATION']);
      assert.deepEqual(await codes({ more: 1 }), [422, 'VALIDATION']);
    });

    it('knows nothing of another agency', async () => {
      const other = new Agency(house);
      const stranger = await other.person(['reviewer', 'approver'], here);
      assert.equal((await ask(stranger, [record.id])).body.code, 'UNKNOWN_REFERENCE');
      const grant = await approved();
      const viewing = await opened(grant.id);
      for (const path of [
        `/grants/${grant.id}`,
        `/viewings/${viewing.id}`,
        `/records/${record.id}/viewings`,
        viewing.records[0].url,
      ]) {
        assert.equal((await stranger.get(path)).status, 404, path);
      }
      for (const path of [`/grants/${grant.id}/viewings`, `/viewings/${viewing.id}/close`]) {
        assert.equal((await stranger.post(path)).status, 404, path);
      }
      assert.equal((await stranger.post(`/grants/${grant.id}/revoke`, { reason: 'x' })).status, 404);
      assert.deepEqual((await stranger.get('/grants')).body.items, []);
    });

    it('grants at once to the filming officer while the record is unlinked, and leaves an entry', async () => {
      const officer = await agency.person('officer', here);
      const own = await agency.record({ departmentId: here, bytes: randomBytes(1000), filmedBy: officer.id });
      const { body } = await ask(officer, [own.id], { reason: 'unlinked-record' });
      assert.deepEqual([body.state, body.approvedBy, body.rule], ['live', 'policy', 'filming-officer']);
      const first = await officer.post(`/grants/${body.id}/viewings`);
      assert.equal(first.status, 201);
      const caseId = await agency.openCase(here, officer.id);
      await agency.link(own.id, caseId);
      assert.equal((await officer.post(`/grants/${body.id}/viewings`)).body.code, 'GRANT_REVOKED');
      assert.equal((await ask(officer, [own.id], { reason: 'unlinked-record' })).body.state, 'waiting');
      const team = await ask(officer, [own.id], { reason: 'case', caseId });
      assert.deepEqual([team.body.state, team.body.rule], ['live', 'case-team']);
      assert.equal((await ask(officer, [own.id, record.id], { reason: 'case', caseId })).body.state, 'waiting');
      const colleague = await agency.person('officer', here);
      assert.equal((await ask(colleague, [own.id], { reason: 'case', caseId })).body.state, 'waiting');
    });

    it('shows to each their own, to approvers their departments', async () => {
      const lone = await agency.person('reviewer');
      const { body } = await ask(lone, [record.id]);
      assert.deepEqual(
        (await lone.get('/grants')).body.items.map((grant: { id: string }) => grant.id),
        [body.id],
      );
      const ids = async (who: Person, query: string) =>
        (await who.get(`/grants?${query}`)).body.items.map((grant: { id: string }) => grant.id) as string[];
      assert.ok((await ids(approver, 'waiting=true')).includes(body.id));
      assert.ok((await ids(approver, 'state=waiting&limit=200')).includes(body.id));
      assert.ok(!(await ids(approver, 'mine=true')).includes(body.id));
      assert.ok(!(await ids(reviewer, 'limit=200')).includes(body.id));
      assert.equal((await reviewer.get(`/grants/${body.id}`)).status, 403);
      await approver.post(`/grants/${body.id}/answer`, { decision: 'refuse', reason: '无关' });
      assert.ok(!(await ids(approver, 'waiting=true')).includes(body.id));
      assert.ok((await ids(lone, 'state=refused')).includes(body.id));
    });

    it('answers a repeated request with the same grant and the same viewing', async () => {
      const key = { 'idempotency-key': 'once' };
      const body = { reason: 'complaint', text: 'x', recordIds: [record.id], viewings: 1 };
      const [a, b] = await Promise.all([reviewer.post('/grants', body, key), reviewer.post('/grants', body, key)]);
      assert.equal(a.body.id, b.body.id);
      await approver.post(`/grants/${a.body.id}/answer`, { decision: 'approve', reason: '同意' });
      const again = { 'idempotency-key': 'open-once' };
      const first = await reviewer.post(`/grants/${a.body.id}/viewings`, undefined, again);
      const second = await reviewer.post(`/grants/${a.body.id}/viewings`, undefined, again);
      assert.deepEqual([first.status, second.status], [201, 201]);
      assert.equal(first.body.id, second.body.id);
    });
  });

  describe('viewings', () => {
    it('are counted: of many calls for the last one, one succeeds', async () => {
      const grant = await approved([record.id], { viewings: 1 });
      const answers = await Promise.all(Array.from({ length: 8 }, () => reviewer.post(`/grants/${grant.id}/viewings`)));
      const codes = answers.map(({ status, body }) => body.code ?? status).sort();
      assert.deepEqual(codes, [201, ...Array(7).fill('GRANT_USED_UP')]);
      // It is still watched, so an approver finds it among what can be taken back.
      const listed = async (state: string) =>
        (await approver.get(`/grants?state=${state}&limit=100`)).body.items.some(
          ({ id }: { id: string }) => id === grant.id,
        );
      assert.deepEqual([await listed('running'), await listed('live')], [true, false]);
    });

    it('are only for who asked', async () => {
      const grant = await approved();
      const viewing = await opened(grant.id);
      const other = await agency.person('reviewer', here);
      const admin = await agency.person('sysadmin', here);
      const auditor = await agency.person('auditor', here);
      for (const who of [other, approver, auditor]) {
        assert.equal((await who.post(`/grants/${grant.id}/viewings`)).status, 404);
        assert.equal((await who.get(viewing.records[0].url)).status, 404);
      }
      assert.ok([403, 404].includes((await admin.get(viewing.records[0].url)).status));
      const unnamed = viewing.records[0].url.replace(record.id, house.deps.newId());
      assert.equal((await reviewer.get(unnamed)).status, 404);
      assert.equal((await fetch(new URL(viewing.records[0].url, house.base))).status, 401);
    });

    it('need sealed records', async () => {
      const raw = await agency.record({ departmentId: here, bytes: randomBytes(10), unsealed: true });
      const grant = await approved([raw.id, record.id]);
      const refused = await reviewer.post(`/grants/${grant.id}/viewings`);
      assert.deepEqual([refused.status, refused.body.code], [409, 'NOT_SEALED']);
      assert.equal((await reviewer.get(`/grants/${grant.id}`)).body.viewingsLeft, 2);
    });

    it('end by call, and stay ended', async () => {
      const viewing = await opened((await approved()).id);
      const { url } = viewing.records[0];
      await (await reviewer.fetch('GET', url, { headers: { range: 'bytes=0-9' } })).arrayBuffer();
      const closed = await reviewer.post(`/viewings/${viewing.id}/close`);
      assert.deepEqual([closed.body.state, closed.body.closedBy, closed.body.bytes], ['closed', 'call', 10]);
      assert.equal((await reviewer.post(`/viewings/${viewing.id}/close`)).status, 200);
      const refused = await reviewer.get(url);
      assert.deepEqual([refused.status, refused.body.code], [403, 'VIEWING_CLOSED']);
    });

    it('take no more than the policy says, which everybody may read', async () => {
      const { values } = (await (await agency.person('clerk', here)).get('/policy')).body;
      const limit = values.find((one: { name: string }) => one.name === 'retrieval.viewings.max');
      assert.deepEqual([limit.value, limit.unit, typeof limit.citation], [50, 'count', 'string']);
      assert.equal((await ask(reviewer, [record.id], { viewings: limit.value })).status, 201);
      assert.equal((await ask(reviewer, [record.id], { viewings: limit.value + 1 })).status, 422);
    });

    it('tell overseers who watched what', async () => {
      const footage = await agency.record({ departmentId: here, bytes: randomBytes(5000) });
      const viewing = await opened((await approved([footage.id])).id);
      for (const range of ['bytes=0-99', 'bytes=100-199', 'bytes=50-149', 'bytes=-10']) {
        await (await reviewer.fetch('GET', viewing.records[0].url, { headers: { range } })).arrayBuffer();
      }
      await reviewer.post(`/viewings/${viewing.id}/close`);
      const auditor = await agency.person('auditor', there);
      const { items } = (await auditor.get(`/records/${footage.id}/viewings`)).body;
      assert.equal(items.length, 1);
      assert.deepEqual(items[0].ranges, [
        { recordId: footage.id, from: 0, to: 199 },
        { recordId: footage.id, from: 4990, to: 4999 },
      ]);
      assert.deepEqual([items[0].personId, items[0].bytes, items[0].address], [reviewer.id, 310, '127.0.0.1']);
      const seen = (await approver.get(`/records/${footage.id}/viewings`)).body.items;
      assert.deepEqual([seen.length, seen[0].address], [1, undefined]);
      const elsewhere = await agency.person('approver', there);
      assert.deepEqual((await elsewhere.get(`/records/${footage.id}/viewings`)).body.items, []);
    });

    it('tell under a grant what was watched of each of its records', async () => {
      const other = await agency.record({ departmentId: here, bytes: randomBytes(500) });
      const grant = await approved([record.id, other.id]);
      const viewing = await opened(grant.id);
      for (const { url } of viewing.records) {
        await (await reviewer.fetch('GET', url, { headers: { range: 'bytes=0-9' } })).arrayBuffer();
      }
      await reviewer.post(`/viewings/${viewing.id}/close`);
      const path = `/grants/${grant.id}/viewings`;
      for (const who of [reviewer, approver]) {
        const { items } = (await who.get(path)).body;
        const told = items.map(({ ranges, ...rest }: { ranges: object[]; address?: string }) => [ranges, rest.address]);
        assert.deepEqual(told, [[[record.id, other.id].map((recordId) => ({ recordId, from: 0, to: 9 })), undefined]]);
      }
      const auditor = await agency.person('auditor', there);
      assert.equal((await auditor.get(path)).body.items[0].address, '127.0.0.1');
      assert.equal((await (await agency.person('reviewer', here)).get(path)).status, 403);
      assert.equal((await (await agency.person('approver', there)).get(path)).status, 403);
    });
  });

  describe('revoking', () => {
    it('refuses the next range and the next viewing', async () => {
      const grant = await approved();
      const viewing = await opened(grant.id);
      assert.equal((await reviewer.post(`/grants/${grant.id}/revoke`, { reason: 'x' })).status, 403);
      const revoked = await approver.post(`/grants/${grant.id}/revoke`, { reason: '误批' });
      assert.equal(revoked.body.state, 'revoked');
      assert.equal((await reviewer.get(viewing.records[0].url)).body.code, 'GRANT_REVOKED');
      assert.equal((await reviewer.post(`/grants/${grant.id}/viewings`)).body.code, 'GRANT_REVOKED');
    });
  });
});
