import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type CaseDeadline, foldDeadlines, nextDue } from '../../../server/cases/deadline-events.ts';
import { type Days, extend, missing, onStage, recounted, settle } from '../../../server/cases/deadlines.ts';
import type { CaseState } from '../../../server/cases/events.ts';
import { Fault } from '../../../server/errors.ts';
import { WorkCalendar } from '../../../server/policy/calendar.ts';
import type { CaseKindName, Stage } from '../../../server/policy/case-kinds.ts';
import { holidayNotices } from '../../../server/policy/holiday-notices.ts';

const calendar = new WorkCalendar(holidayNotices);
let made = 0;
const on = (today: string, other = calendar): Days => ({ today, calendar: other, newId: () => `d${++made}` });
const meta = { time: '2026-11-27T01:00:00.000Z', actor: { id: 'p', role: 'officer', via: 'session' as const } };

/** The deadlines of a case that entered stages on days. */
function passed(kind: CaseKindName, ...steps: [Stage, string][]): CaseDeadline[] {
  let deadlines: CaseDeadline[] = [];
  for (const [entered, [stage, day]] of steps.entries())
    for (const event of onStage({ kind, deadlines }, stage, entered, on(day)))
      deadlines = foldDeadlines(deadlines, event, meta);
  return deadlines;
}
const brief = (deadlines: CaseDeadline[]) =>
  deadlines.map(({ name, due, ended }) => [name, due, ...(ended ? [ended.late ? 'late' : 'met'] : [])]);
const fails = (run: () => unknown, code: string) =>
  assert.throws(run, (error) => error instanceof Fault && error.code === code);

describe('deadlines of a case', () => {
  it('begin and end as a penalty goes from filing to publication', () => {
    const deadlines = passed(
      'penalty',
      ...([
        ['FILE', '2026-03-02'],
        ['INVESTIGATE', '2026-03-03'],
        ['REVIEW', '2026-05-18'],
        ['NOTICE', '2026-06-02'],
        ['DECIDE', '2026-06-03'],
        ['SERVE', '2026-06-12'],
        ['CLOSE', '2026-06-12'],
      ] as [Stage, string][]),
    );
    assert.deepEqual(brief(deadlines), [
      // 90 days after 2 March is Sunday 31 May.
      ['penalty-decide', '2026-06-01', 'late'],
      ['review', '2026-06-01', 'late'],
      ['penalty-serve', '2026-06-12', 'met'],
      ['publish-fast', '2026-06-12'],
    ]);
    assert.equal(nextDue(deadlines), '2026-06-12');
    const published = onStage({ kind: 'penalty', deadlines }, 'PUBLISH', 7, on('2026-06-15'));
    assert.deepEqual(
      published.map(({ type }) => type),
      ['case.deadline-ended'],
    );
  });

  it('run once at a time, but for what each act has of its own', () => {
    const again = passed(
      'penalty',
      ['FILE', '2026-03-02'],
      ['COERCE', '2026-03-03'],
      ['FILE', '2026-03-04'],
      ['COERCE', '2026-03-05'],
    );
    assert.deepEqual(brief(again), [
      ['penalty-decide', '2026-06-01'],
      ['seizure-settle', '2026-04-02'],
      // A Saturday and holiday: the limit of a seizure does not move.
      ['seizure-settle', '2026-04-04'],
    ]);
    assert.equal(nextDue(again), '2026-04-02');
    assert.equal(nextDue([]), null);
  });

  it('are longer by what their rule provides, once, with approval in time', () => {
    const [seizure] = passed('coercion', ['COERCE', '2026-03-03']) as [CaseDeadline];
    const file = { deadlines: [seizure] };
    const told = { value: 30, reason: '情况复杂' };
    const [event] = extend(file, seizure.id, told, on('2026-03-30'));
    assert.ok(event?.type === 'case.deadline-extended');
    assert.deepEqual([event.data.due, event.data.approvedOn], ['2026-05-02', '2026-03-30']);
    assert.match(event.data.basis, /第二十五条/);
    const longer = foldDeadlines([seizure], event, meta);
    fails(() => extend(file, seizure.id, { ...told, value: 31 }, on('2026-03-30')), 'VALIDATION');
    fails(() => extend(file, seizure.id, told, on('2026-04-03')), 'VALIDATION');
    fails(() => extend({ deadlines: longer }, seizure.id, told, on('2026-04-03')), 'VALIDATION');
    fails(() => extend(file, 'another', told, on('2026-03-30')), 'NOT_FOUND');
    // Recorded later than it was approved.
    const late = extend(file, seizure.id, { ...told, approvedOn: '2026-04-02' }, on('2026-04-10'));
    assert.equal(late.length, 1);
    const appraised = { value: 5, basis: '行政强制法 第二十五条第三款 鉴定', reason: '鉴定' };
    const [further] = extend({ deadlines: longer }, seizure.id, appraised, on('2026-04-20'));
    assert.ok(further?.type === 'case.deadline-extended' && further.data.due === '2026-05-07');
  });

  it('ask for the other rule where their own gives nothing', () => {
    const [decide] = passed('penalty', ['FILE', '2026-03-02']) as [CaseDeadline];
    const file = { deadlines: [decide] };
    fails(() => extend(file, decide.id, { value: 30, reason: '复杂' }, on('2026-05-20')), 'VALIDATION');
    const told = { value: 30, basis: '市场监督管理行政处罚程序规定 第六十四条', reason: '案情复杂' };
    const [event] = extend(file, decide.id, told, on('2026-05-20'));
    assert.ok(event?.type === 'case.deadline-extended' && event.data.due === '2026-06-30');
  });

  it('end when a person says so, on a day that was, and only once', () => {
    const [preserve] = passed('penalty', ['INSPECT', '2026-03-01'], ['PRESERVE', '2026-03-02']) as [CaseDeadline];
    const file = { deadlines: [preserve] };
    const [event] = settle(file, preserve.id, { on: '2026-03-10', reason: '已退还' }, on('2026-03-20'));
    assert.ok(event?.type === 'case.deadline-ended' && !event.data.late);
    const [late] = settle(file, preserve.id, { reason: '已退还' }, on('2026-03-20'));
    assert.ok(late?.type === 'case.deadline-ended' && late.data.late);
    fails(() => settle(file, preserve.id, { on: '2026-03-21', reason: '退还' }, on('2026-03-20')), 'VALIDATION');
    const over = { deadlines: foldDeadlines([preserve], event, meta) };
    fails(() => settle(over, preserve.id, { reason: '再次' }, on('2026-03-20')), 'STATE_NOT_ALLOWED');
  });

  it('move when the days off of a year become known, and only then', () => {
    const deadlines = passed('penalty', ['FILE', '2026-11-09']);
    // 90 days after is the second day of the Spring Festival of 2027, which is off until Monday.
    assert.deepEqual([deadlines[0]?.due, deadlines[0]?.provisional], ['2027-02-09', true]);
    assert.deepEqual(recounted({ deadlines }, on('2026-11-27')), []);
    const off = ['2027-02-05', '2027-02-06', '2027-02-07', '2027-02-08', '2027-02-09', '2027-02-10', '2027-02-11'];
    const told = new WorkCalendar([...holidayNotices, { year: 2027, source: '通知', off, work: [] }]);
    const [event] = recounted({ deadlines }, on('2026-11-27', told));
    assert.deepEqual(event?.data, { id: deadlines[0]?.id, due: '2027-02-12', provisional: false });
    const [moved] = event ? foldDeadlines(deadlines, event, meta) : [];
    assert.deepEqual([moved?.due, moved?.provisional], ['2027-02-12', false]);
  });

  it('are given to open cases from before there were any, and not twice', () => {
    const stages = [
      { stage: 'FILE', at: '2026-03-01T20:00:00.000Z', by: 'p' },
      { stage: 'COERCE', at: '2026-03-03T01:00:00.000Z', by: 'p' },
      { stage: 'REVIEW', at: '2026-03-04T01:00:00.000Z', by: 'p' },
      { stage: 'NOTICE', at: '2026-03-05T01:00:00.000Z', by: 'p' },
    ];
    const file = { kind: 'penalty', state: 'open', stages, deadlines: [] as CaseDeadline[] } as unknown as CaseState;
    const inZone = (instant: string) =>
      Temporal.Instant.from(instant).toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString();
    const given = missing(file, on('2026-04-01'), inZone);
    const data = given.map(
      (event) => event.type === 'case.deadline-set' && [event.data.name, event.data.from, event.data.entered],
    );
    assert.deepEqual(data, [
      ['penalty-decide', '2026-03-02', 0],
      ['seizure-settle', '2026-03-03', 1],
    ]);
    const deadlines = given.reduce((all: CaseDeadline[], event) => foldDeadlines(all, event, meta), []);
    assert.deepEqual(missing({ ...file, deadlines }, on('2026-04-01'), inZone), []);
    assert.deepEqual(missing({ ...file, state: 'closed' }, on('2026-04-01'), inZone), []);
  });
});
