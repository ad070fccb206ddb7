import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { type CaseEvent, caseKind } from '../../server/cases/events.ts';
import { systemActor } from '../../server/deps.ts';
import { refold } from '../../server/ledger/refold.ts';
import { WorkCalendar } from '../../server/policy/calendar.ts';
import { dayOf } from '../../server/policy/day.ts';
import { holidayNotices } from '../../server/policy/holiday-notices.ts';
import { holidaysOf } from '../../server/policy/holidays.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';

const DAY = 86_400_000;
const rolls = { rollsOn: true };
const calendar = new WorkCalendar(holidayNotices);
const next = (day: string, days: number) => Temporal.PlainDate.from(day).add({ days }).toString();

interface Shown {
  id: string;
  name: string;
  due: string;
  daysLeft?: number;
  overdue: boolean;
  provisional: boolean;
  citation: string;
  ended?: { late: boolean; stage?: string; reason?: string };
}

describe('deadlines over HTTP', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;
  let approver: TestPerson;
  let sysadmin: TestPerson;

  before(async () => {
    app = await startApp();
  });
  after(() => app.destroy());

  let agencies = 0;
  beforeEach(async () => {
    agency = await foundAgency(app, `agency${++agencies}`);
    department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
    approver = await agency.person({ roles: ['approver'], departments: [department] });
    sysadmin = await agency.person({ roles: ['sysadmin'] });
  });

  const today = () => dayOf(app.clock.now().toISOString(), 'Asia/Shanghai');
  const open = async (body: object = {}) =>
    must(await officer.client.post('/cases', { kind: 'penalty', cause: '无证办学', stage: 'FILE', ...body }), 201);
  const enter = async (id: string, stage: string) => must(await officer.client.post(`/cases/${id}/stages`, { stage }));
  const shown = async (id: string): Promise<Shown[]> => must(await officer.client.get(`/cases/${id}`)).deadlines;
  const named = async (id: string, name: string): Promise<Shown> => {
    const found = (await shown(id)).find((one) => one.name === name);
    assert.ok(found, name);
    return found;
  };

  it('begin with the stages of a case, in the same entry, and end with them', async () => {
    const from = today();
    const { id, deadlines } = await open();
    const expected = calendar.endOf(from, { value: 90, unit: 'days' }, rolls);
    assert.deepEqual(
      [deadlines[0].name, deadlines[0].due, deadlines[0].provisional, deadlines[0].stage, deadlines[0].from],
      ['penalty-decide', expected.due, expected.provisional, 'FILE', from],
    );
    assert.equal(deadlines[0].daysLeft, Temporal.PlainDate.from(from).until(expected.due).days);
    assert.match(deadlines[0].citation, /第六十条/);
    const { version } = await app.deps.ledger.load(caseKind, agency.id, id);
    assert.equal(version, 1);
    for (const stage of ['INVESTIGATE', 'CONCLUDE', 'DECIDE']) await enter(id, stage);
    const names = (await shown(id)).map(({ name, ended }) => [name, ended?.stage]);
    assert.deepEqual(names.sort(), [
      ['penalty-decide', 'DECIDE'],
      ['penalty-serve', undefined],
      ['publish-fast', undefined],
    ]);
    await enter(id, 'SERVE');
    await enter(id, 'CLOSE');
    assert.equal((await named(id, 'publish-fast')).ended, undefined);
    await enter(id, 'PUBLISH');
    assert.ok((await shown(id)).every(({ ended }) => ended && !ended.late));
  });

  it('are found by when they are due, the next first, within the reach of the case list', async () => {
    const [long, short] = [await open(), await open({ stage: 'INSPECT' })];
    await enter(short.id, 'PRESERVE');
    const none = await open({ stage: 'SOURCE' });
    const ids = async (query: string, { client } = officer) =>
      must(await client.get(`/cases?${query}`)).items.map((item: { id: string }) => item.id);
    assert.deepEqual(await ids('sort=due'), [short.id, long.id]);
    assert.deepEqual(await ids(`dueBefore=${next(today(), 60)}`), [short.id]);
    const { due } = await named(short.id, 'preserve-settle');
    assert.deepEqual([await ids(`dueBefore=${due}`), await ids(`dueBefore=${next(due, 1)}`)], [[], [short.id]]);
    assert.deepEqual(await ids(''), [none.id, short.id, long.id]);
    const first = must(await officer.client.get('/cases?sort=due&limit=1'));
    assert.deepEqual([first.items[0].id, first.items[0].deadlines[0].name], [short.id, 'preserve-settle']);
    assert.deepEqual(await ids(`sort=due&limit=1&after=${encodeURIComponent(first.next)}`), [long.id]);
    const stranger = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
    assert.deepEqual(await ids('sort=due', stranger), []);
    refused(await officer.client.get('/cases?dueBefore=soon'), 422, 'VALIDATION');
    refused(await officer.client.get('/cases?dueBefore=2026-02-30'), 422, 'VALIDATION');
  });

  it('are extended by an approver who is not on the team, with the rule and a reason', async () => {
    const { id } = await open({ stage: 'INSPECT' });
    await enter(id, 'COERCE');
    const { id: part, due } = await named(id, 'seizure-settle');
    const extend = (person: TestPerson, body: object) =>
      person.client.post(`/cases/${id}/deadlines/${part}/extend`, body);
    const told = { value: 30, reason: '情况复杂' };
    refused(await extend(officer, told), 403, 'FORBIDDEN');
    refused(await extend(approver, { value: 30 }), 422, 'VALIDATION');
    refused(await extend(approver, { ...told, value: 31 }), 422, 'VALIDATION');
    refused(await extend(approver, { ...told, approvedOn: next(today(), 1) }), 422, 'VALIDATION');
    const missing = `/cases/${id}/deadlines/${app.deps.newId()}/extend`;
    refused(await approver.client.post(missing, told), 404, 'NOT_FOUND');
    const longer = must(await extend(approver, told)).deadlines[0];
    assert.deepEqual([longer.due, longer.extensions[0].reason], [next(due, 30), '情况复杂']);
    const again = refused(await extend(approver, told), 422, 'VALIDATION');
    assert.equal(again.errors[0].pointer, '/basis');
    const added = must(await officer.client.post(`/cases/${id}/team`, { personId: approver.id }));
    refused(await extend(approver, { ...told, basis: '第三款' }), 403, 'SELF_ACTION');
    must(await officer.client.post(`/cases/${id}/team/${added.team[0].id}/end`, {}));
    must(await extend(approver, { ...told, value: 3, basis: '第二十五条第三款：鉴定' }));
  });

  it('end by what a person says, also in a closed case, with a reason', async () => {
    const { id } = await open({ stage: 'SUMMARY' });
    await enter(id, 'CLOSE');
    const publish = await named(id, 'publish-fast');
    const end = (body: object) => officer.client.post(`/cases/${id}/deadlines/${publish.id}/end`, body);
    refused(await end({}), 422, 'VALIDATION');
    refused(await approver.client.post(`/cases/${id}/deadlines/${publish.id}/end`, { reason: 'x' }), 403, 'FORBIDDEN');
    must(await end({ reason: '不具有一定社会影响，不予公开' }));
    refused(await end({ reason: '再次' }), 409, 'STATE_NOT_ALLOWED');
    assert.match((await named(id, 'publish-fast')).ended?.reason ?? '', /不予公开/);
    assert.deepEqual(must(await officer.client.get('/cases?sort=due')).items, []);
  });

  it('are counted anew when a notice of days off is entered, which only the administrator does', async () => {
    const { id } = await open();
    const before = await named(id, 'penalty-decide');
    const year = Number(before.due.slice(0, 4));
    const days = holidaysOf(year).flatMap((holiday) => holiday.days);
    const notice = { source: '测试通知', off: [...days, before.due], work: [] as string[] };
    const put = (person: TestPerson, body: object) => person.client.put(`/workdays/${year}`, body);
    refused(await put(officer, notice), 403, 'FORBIDDEN');
    refused(await put(sysadmin, { ...notice, off: days.slice(1) }), 422, 'VALIDATION');
    refused(await put(sysadmin, { ...notice, work: [before.due] }), 422, 'VALIDATION');
    refused(await put(sysadmin, { ...notice, off: [...notice.off, '2031-01-01'] }), 422, 'VALIDATION');
    refused(await sysadmin.client.put('/workdays/2024', notice), 404, 'NOT_FOUND');
    const known = must(await put(sysadmin, notice));
    assert.deepEqual([known.known, known.source, known.setBy], [true, '测试通知', sysadmin.id]);
    assert.deepEqual(must(await officer.client.get(`/workdays/${year}`)), known);
    for (let i = 0; (await named(id, 'penalty-decide')).due === before.due; i++) {
      assert.ok(i < 1000, 'it is not counted anew');
      await sleep(20);
    }
    const moved = await named(id, 'penalty-decide');
    const own = new WorkCalendar([...holidayNotices, { year, ...notice }]);
    assert.equal(moved.due, own.endOf(today(), { value: 90, unit: 'days' }, rolls).due);
    assert.ok(!moved.provisional && moved.due > before.due);
  });

  it('are given to open cases from before there were any', async () => {
    const id = app.deps.newId();
    const data = { kind: 'penalty', cause: '无证办学', departmentId: department, stage: 'FILE' } as const;
    const opened: CaseEvent = { type: 'case.opened', data };
    await app.deps.ledger.execute(caseKind, agency.id, id, systemActor('test'), () => [opened]);
    assert.deepEqual(await shown(id), []);
    app.deps.signals.emit('workdays.set', agency.id);
    for (let i = 0; (await shown(id)).length === 0; i++) {
      assert.ok(i < 1000, 'it is given none');
      await sleep(20);
    }
    const { daysLeft } = await named(id, 'penalty-decide');
    assert.ok(daysLeft && daysLeft >= 90);
  });

  it('are overdue the day after the last, fold the same again, and leave nothing to fsck', async () => {
    const { id } = await open({ stage: 'INSPECT' });
    await enter(id, 'PRESERVE');
    const { due } = await named(id, 'preserve-settle');
    const left = Temporal.PlainDate.from(today()).until(due).days;
    app.clock.advance(left * DAY);
    officer.client = await agency.signIn(officer.id);
    const last = await named(id, 'preserve-settle');
    assert.deepEqual([last.daysLeft, last.overdue], [0, false]);
    app.clock.advance(DAY);
    officer.client = await agency.signIn(officer.id);
    const late = await named(id, 'preserve-settle');
    assert.deepEqual([late.daysLeft, late.overdue], [-1, true]);
    const { ledgerStore, documents, ledger } = app.deps;
    const view = await documents.get('case', id);
    await refold(ledgerStore, documents, ledger, [caseKind]);
    assert.deepEqual(await documents.get('case', id), view);
    await app.stop();
    const faults: string[] = [];
    await check(app.place, ({ grade, where, what }) => {
      if (grade === 'fault') faults.push(`${where}: ${what}`);
    });
    assert.deepEqual(faults, []);
  });
});
