import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { WorkCalendar } from '../../../server/policy/calendar.ts';
import { holidayNotices } from '../../../server/policy/holiday-notices.ts';
import { holidaysOf } from '../../../server/policy/holidays.ts';

const calendar = new WorkCalendar(holidayNotices);
const rolls = { rollsOn: true };
const stays = { rollsOn: false };

describe('statutory holidays', () => {
  const of = (year: number) => Object.fromEntries(holidaysOf(year).map(({ zh, days }) => [zh, days]));

  it('are thirteen days, lunar ones included, in years whose days are known', () => {
    assert.deepEqual(of(2026), {
      元旦: ['2026-01-01'],
      春节: ['2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19'],
      清明节: ['2026-04-05'],
      劳动节: ['2026-05-01', '2026-05-02'],
      端午节: ['2026-06-19'],
      中秋节: ['2026-09-25'],
      国庆节: ['2026-10-01', '2026-10-02', '2026-10-03'],
    });
    const { 春节, 清明节, 端午节, 中秋节 } = of(2025);
    assert.deepEqual(
      [春节?.[0], 春节?.[3], 清明节?.[0], 端午节?.[0], 中秋节?.[0]],
      ['2025-01-28', '2025-01-31', '2025-04-04', '2025-05-31', '2025-10-06'],
    );
  });

  it('pass over leap months: those of 2028 and 2034 are as the almanac has them', () => {
    assert.deepEqual([of(2028).端午节, of(2028).中秋节], [['2028-05-28'], ['2028-10-03']]);
    assert.equal(of(2034).春节?.[1], '2034-02-19');
  });

  it('know no other years', () => {
    for (const year of [2024, 2100, 2026.5, Number.NaN]) assert.throws(() => holidaysOf(year), RangeError);
  });

  it('are all off in the notices, which exchange as many days as they work', () => {
    for (const { year, off, work } of holidayNotices) {
      for (const day of holidaysOf(year).flatMap(({ days }) => days)) assert.ok(off.includes(day), day);
      const weekday = (day: string) => Temporal.PlainDate.from(day).dayOfWeek <= 5;
      assert.deepEqual(work.filter(weekday), []);
      const statutory = new Set(holidaysOf(year).flatMap(({ days }) => days));
      // A holiday on a weekend is made up for on a workday (放假办法 第六条): the rest of free weekdays is worked on weekends.
      const made = [...statutory].filter((day) => !weekday(day)).length;
      const free = off.filter((day) => weekday(day) && !statutory.has(day)).length;
      assert.equal(free - made, work.length, String(year));
      assert.deepEqual([...off].sort(), off);
    }
  });
});

describe('the workday calendar', () => {
  it('knows weekends, holidays and the days exchanged for them', () => {
    const off = ['2026-10-01', '2026-10-07', '2026-10-11', '2026-02-23', '2026-11-28', '2025-10-08'];
    const worked = ['2026-10-10', '2026-09-20', '2026-10-08', '2026-01-04', '2026-11-27', '2025-09-28'];
    assert.deepEqual(
      off.filter((day) => !calendar.isDayOff(day)),
      [],
    );
    assert.deepEqual(
      worked.filter((day) => calendar.isDayOff(day)),
      [],
    );
    assert.throws(() => calendar.isDayOff('2026-02-30'), RangeError);
  });

  it('counts workdays from the day after, over a weekend that is worked', () => {
    // 28–30 September, then 8, 9 and 10 (Saturday, worked) October, then the 12th: seven.
    assert.deepEqual(calendar.endOf('2026-09-27', { value: 7, unit: 'workdays' }, rolls), {
      due: '2026-10-12',
      provisional: false,
    });
    assert.equal(calendar.endOf('2026-11-27', { value: 1, unit: 'workdays' }, rolls).due, '2026-11-30');
    assert.equal(calendar.endOf('2026-02-13', { value: 3, unit: 'workdays' }, rolls).due, '2026-02-25');
  });

  it('counts calendar days, and moves an end on a day off to the next workday', () => {
    // 30 days after 1 September is the first day of the long holiday.
    assert.equal(calendar.endOf('2026-09-01', { value: 30, unit: 'days' }, rolls).due, '2026-10-08');
    assert.equal(calendar.endOf('2026-09-01', { value: 30, unit: 'days' }, stays).due, '2026-10-01');
    assert.equal(calendar.endOf('2026-06-01', { value: 90, unit: 'days' }, rolls).due, '2026-08-31');
    assert.equal(calendar.endOf('2026-09-10', { value: 30, unit: 'days' }, rolls).due, '2026-10-10');
  });

  it('says what may move: what reaches a year whose notice is not known', () => {
    const ninety = calendar.endOf('2026-11-27', { value: 90, unit: 'days' }, rolls);
    assert.deepEqual(ninety, { due: '2027-02-25', provisional: true });
    assert.equal(calendar.endOf('2026-11-27', { value: 90, unit: 'days' }, stays).provisional, false);
    assert.deepEqual(calendar.endOf('2026-12-30', { value: 1, unit: 'workdays' }, rolls), {
      due: '2026-12-31',
      provisional: false,
    });
    // Statutory holidays are off all the same.
    assert.deepEqual(calendar.endOf('2026-12-31', { value: 1, unit: 'workdays' }, rolls), {
      due: '2027-01-04',
      provisional: true,
    });
  });

  it('takes a notice that is entered later, the last one of a year', () => {
    const notice = { year: 2027, source: '通知', off: ['2027-01-01', '2027-01-04'], work: ['2027-01-02'] };
    const later = new WorkCalendar([...holidayNotices, { ...notice, work: [] }, notice]);
    assert.deepEqual(later.endOf('2026-12-31', { value: 2, unit: 'workdays' }, rolls), {
      due: '2027-01-05',
      provisional: false,
    });
    assert.equal(later.notice(2027)?.source, '通知');
  });
});
