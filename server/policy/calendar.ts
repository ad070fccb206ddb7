import type { HolidayNotice } from './holiday-notices.ts';
import { holidaysOf } from './holidays.ts';

/** A length of time as law gives it: 日 are calendar days, 工作日 are workdays. */
export interface Period {
  value: number;
  unit: 'days' | 'workdays';
}

export interface PeriodRules {
  /** A last day that is a day off moves on to the next workday. */
  rollsOn: boolean;
}

export interface PeriodEnd {
  /** The last day of the period, YYYY-MM-DD; it lasts until midnight. */
  due: string;
  /** It depends on days of a year whose notice is not known yet, and may move. */
  provisional: boolean;
}

/** How days are counted, for each kind of period with its source. */
export const countingSource = {
  citation:
    '行政处罚法 第八十五条（二日、三日、五日、七日为工作日）；行政许可法 第八十二条（期限以工作日计算）；行政强制法 第六十九条（十日以内为工作日）；浙江省行政程序办法 第六十五条（开始之日不计算在内，届满之日为节假日的顺延）、第九十八条（十日以内为工作日）',
  binding: 'law',
} as const;

/**
 * The calendar of workdays (工作日): Monday to Friday without holidays, as the State Council's notices exchange them. Days are
 * YYYY-MM-DD of the place's own calendar. Of a year without a notice the statutory holidays alone are taken off, and what is
 * counted there is provisional.
 */
export class WorkCalendar {
  readonly #notices = new Map<number, HolidayNotice>();
  readonly #off = new Set<string>();
  readonly #work = new Set<string>();

  /** Of several notices for a year the last one counts. */
  constructor(notices: readonly HolidayNotice[]) {
    for (const notice of notices) this.#notices.set(notice.year, notice);
    for (const { off, work } of this.#notices.values()) {
      for (const day of off) this.#off.add(day);
      for (const day of work) this.#work.add(day);
    }
  }

  notice(year: number): HolidayNotice | undefined {
    return this.#notices.get(year);
  }

  /** Throws RangeError for what is no day. */
  isDayOff(day: string): boolean {
    const date = Temporal.PlainDate.from(day);
    if (this.#work.has(day)) return false;
    return date.dayOfWeek > 5 || this.#off.has(day) || isHoliday(date);
  }

  /**
   * The end of a period that begins on a day, which itself does not count (浙江省行政程序办法 第六十五条; 民法典 第二百零一条).
   * Throws RangeError for what is no day.
   */
  endOf(from: string, { value, unit }: Period, { rollsOn }: PeriodRules): PeriodEnd {
    let day = Temporal.PlainDate.from(from);
    let provisional = false;
    const isOff = () => {
      provisional ||= !this.#notices.has(day.year);
      return this.isDayOff(day.toString());
    };
    if (unit === 'days') {
      day = day.add({ days: value });
      while (rollsOn && isOff()) day = day.add({ days: 1 });
    } else {
      for (let counted = 0; counted < value; ) {
        day = day.add({ days: 1 });
        if (!isOff()) counted += 1;
      }
    }
    return { due: day.toString(), provisional };
  }
}

/** The statutory holidays of years before the rule in force are known by their notices only. */
function isHoliday(date: Temporal.PlainDate): boolean {
  return date.year >= 2025 && date.year <= 2099 && holidayDays(date.year).has(date.toString());
}

const known = new Map<number, ReadonlySet<string>>();

function holidayDays(year: number): ReadonlySet<string> {
  const held = known.get(year) ?? new Set(holidaysOf(year).flatMap(({ days }) => days));
  known.set(year, held);
  return held;
}
