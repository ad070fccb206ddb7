import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { caseKind } from '../../server/cases/events.ts';
import { LongerTerms } from '../../server/seal/longer-terms.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { Clock, startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';
import { madeRecord } from './made-records.ts';

/** Noon in the agency's zone, in the year that all files here are archived in. */
const clock = new Clock();
const year = clock.now().getFullYear();
clock.advance(Date.parse(`${year + 1}-06-01T04:00:00Z`) - clock.now().getTime());
/** What a file archived then is kept until, after so many years. */
const after31December = (years: number) => `${year + 1 + years}-12-31T16:00:00.000Z`;

describe('retention terms', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  let archivist: TestPerson;

  before(async () => {
    app = await startApp({ clock });
    agency = await foundAgency(app);
    department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
    archivist = await agency.person({ roles: ['archivist'], departments: [department] });
  });
  after(() => app.destroy());

  const open = async (kind = 'inspection') =>
    must(await officer.client.post('/cases', { kind, cause: '占道经营' }), 201).id as string;
  const enter = async (id: string, stage: string) => must(await officer.client.post(`/cases/${id}/stages`, { stage }));
  const archive = async (id: string) => {
    await enter(id, 'CLOSE');
    await enter(id, 'ARCHIVE');
  };
  const appraise = (id: string, period: string, by = archivist, reason = '依本机关保管期限表', headers = {}) =>
    by.client.put(`/cases/${id}/retention`, { period, reason }, headers);
  const file = async (id: string) => must(await officer.client.get(`/cases/${id}`));
  const termOf = async (id: string) => must(await officer.client.get(`/records/${id}`)).term;
  const record = async () => await madeRecord(agency, { departmentId: department, uploadedBy: officer.id }, 1000);
  const link = async (recordId: string, caseId: string) => {
    const { items } = must(await officer.client.post('/links', { items: [{ recordId, caseId }] }));
    return items[0].linkId as string;
  };

  it('of a case follow the policy set, with its source, until an archivist appraises it', async () => {
    const id = await open();
    const { retention, term } = await file(id);
    assert.equal(retention.period, '10y');
    assert.match(retention.citation, /档案法实施条例 第十九条/);
    assert.deepEqual(term, { until: 'open', because: { rule: 'case-open', caseId: id, period: '10y' } });

    const appraised = must(await appraise(id, '30y'));
    const { at, ...told } = appraised.retention;
    assert.deepEqual(told, { period: '30y', reason: '依本机关保管期限表', by: archivist.id });
    assert.equal(Date.parse(at) > 0, true);
    assert.deepEqual((await file(id)).retention, appraised.retention);
  });

  it('of a case are set by archivists alone, for a reason, to a class that there is', async () => {
    const id = await open();
    refused(await appraise(id, '30y', officer), 403, 'FORBIDDEN');
    refused(await appraise(id, '20y'), 422, 'VALIDATION');
    refused(await appraise(id, 'open'), 422, 'VALIDATION');
    refused(await archivist.client.put(`/cases/${id}/retention`, { period: '30y' }), 422, 'VALIDATION');
    refused(await appraise(app.deps.newId(), '30y'), 404, 'NOT_FOUND');
    assert.equal((await file(id)).retention.period, '10y');
  });

  it('of a case are changed again after archiving too, each change an entry; what is the same is none', async () => {
    const id = await open();
    must(await appraise(id, '30y'));
    await archive(id);
    assert.equal((await file(id)).term.until, after31December(30));
    must(await appraise(id, '10y', archivist, '误定'));
    assert.equal((await file(id)).term.until, after31December(10));
    const { version } = await app.deps.ledger.load(caseKind, agency.id, id);
    must(await appraise(id, '10y', archivist, '再次确认'));
    const again = await archivist.client.get(`/cases/${id}`);
    assert.equal(again.headers.get('etag'), `"${version}"`);
    assert.equal(again.body.retention.reason, '误定');
    refused(await appraise(id, '30y', archivist, '过时', { 'if-match': '"1"' }), 412, 'PRECONDITION_FAILED');
  });

  it('of a record in no case are six months from its sealing', async () => {
    const { id, sealedAt = '' } = await record();
    const sealed = Temporal.Instant.from(sealedAt).toZonedDateTimeISO('Asia/Shanghai');
    const until = new Date(sealed.add({ months: 6 }).epochMilliseconds).toISOString();
    assert.deepEqual(await termOf(id), { until, because: { rule: 'unlinked' } });
  });

  it('of a record become those of its case, the longest of several, and its own again when the link ends', async () => {
    const { id } = await record();
    const short = await open();
    await link(id, short);
    assert.deepEqual(await termOf(id), { until: 'open', because: { rule: 'case-open', caseId: short, period: '10y' } });
    await archive(short);
    const because = { rule: 'case', caseId: short, period: '10y' };
    assert.deepEqual(await termOf(id), { until: after31December(10), because });
    const long = await open('coercion');
    const linkId = await link(id, long);
    assert.deepEqual(await termOf(id), {
      until: 'permanent',
      because: { rule: 'case', caseId: long, period: 'permanent' },
    });
    must(await officer.client.post(`/records/${id}/links/${linkId}/end`, { reason: '误关联' }));
    assert.deepEqual(await termOf(id), { until: after31December(10), because });
  });

  it('of a record are permanent once coercion is marked', async () => {
    const { id } = await record();
    const read = await officer.client.get(`/records/${id}`);
    const told = { mark: 'coercion', reason: '执法中遇阻后强制' };
    must(await officer.client.patch(`/records/${id}`, told, read.headers.get('etag')));
    assert.deepEqual(await termOf(id), { until: 'permanent', because: { rule: 'mark', mark: 'coercion' } });
  });

  it('are found again where an entry may have made them longer, and nowhere else', async () => {
    const { ledgerStore } = app.deps;
    const [{ id: linked }, { id: marked }, { id: left }] = [await record(), await record(), await record()];
    const [archived, appraised] = [await open(), await open()];
    const longer = new LongerTerms(ledgerStore);
    await longer.begin([agency.id]);
    await link(linked, await open());
    const { headers } = await officer.client.get(`/records/${marked}`);
    const told = { mark: 'obstruction', reason: '执法中遇阻' };
    must(await officer.client.patch(`/records/${marked}`, told, headers.get('etag')));
    await archive(archived);
    must(await appraise(appraised, 'permanent'));
    const first = await longer.since(agency.id);
    assert.deepEqual([first.recordIds, first.caseIds], [new Set([linked, marked]), new Set([archived, appraised])]);
    assert.ok(!first.recordIds.has(left));
    assert.deepEqual((await longer.since(agency.id)).recordIds, first.recordIds, 'forgotten before it was seen to');
    first.seen([linked]);
    const again = await longer.since(agency.id);
    assert.deepEqual([again.recordIds, again.caseIds.size], [new Set([linked]), 0], 'left for later, and no other');
    again.seen();
    const then = await longer.since(agency.id);
    assert.deepEqual([then.recordIds.size, then.caseIds.size], [0, 0]);
    // Of a chain that was not there yet, everything.
    const all = await new LongerTerms(ledgerStore).since(agency.id);
    assert.ok(all.recordIds.has(linked) && all.caseIds.has(archived));
  });

  it('are kept by locks where the store has them, and it is said where it has none', async () => {
    const { id, object } = await record();
    refused(await officer.client.get(`/records/${id}/locks`), 403, 'FORBIDDEN');
    const { kept, items } = must(await archivist.client.get(`/records/${id}/locks`));
    assert.equal(kept, app.deps.locked?.locks ?? false);
    const key = `${agency.id}/originals/${object?.sha256}`;
    assert.deepEqual(items[0], { area: 'originals', key, state: 'missing' });
  });

  it('stand among the numbers in force, each with its source', async () => {
    const { values } = must(await officer.client.get('/policy'));
    const found = new Map(values.map((value: { name: string }) => [value.name, value]));
    assert.deepEqual(
      ['retention.unlinked', 'retention.10y', 'retention.30y'].map((name) => {
        const { value, unit, binding } = found.get(name) as { value: number; unit: string; binding: string };
        return [value, unit, binding];
      }),
      [
        [6, 'months', 'model'],
        [10, 'years', 'model'],
        [30, 'years', 'model'],
      ],
    );
  });
});
