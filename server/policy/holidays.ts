/** A festival and its days off. */
export interface Holiday {
  zh: string;
  en: string;
  /** YYYY-MM-DD. */
  days: readonly string[];
}

export const holidaySource = {
  citation: '全国年节及纪念日放假办法 第二条（2024年11月10日国务院令第795号修订）',
  effectiveFrom: '2025-01-01',
} as const;

/**
 * The days off of all citizens in a year, without the exchange of days (调休) that the State Council announces each year.
 * Lunar days by the calendar of GB/T 33661-2017. Throws RangeError outside of 2025 to 2099.
 */
export function holidaysOf(year: number): readonly Holiday[] {
  if (!Number.isInteger(year) || year < 2025 || year > 2099) throw new RangeError(`no rule of holidays for ${year}`);
  const newYear = lunar(year, 1, 1);
  return [
    { zh: '元旦', en: 'New Year', days: [fixed(year, 1, 1)] },
    { zh: '春节', en: 'Spring Festival', days: [-1, 0, 1, 2].map((days) => newYear.add({ days }).toString()) },
    { zh: '清明节', en: 'Qingming', days: [fixed(year, 4, qingming(year))] },
    { zh: '劳动节', en: 'Labour Day', days: [1, 2].map((day) => fixed(year, 5, day)) },
    { zh: '端午节', en: 'Dragon Boat Festival', days: [lunar(year, 5, 5).toString()] },
    { zh: '中秋节', en: 'Mid-Autumn Festival', days: [lunar(year, 8, 15).toString()] },
    { zh: '国庆节', en: 'National Day', days: [1, 2, 3].map((day) => fixed(year, 10, day)) },
  ];
}

const fixed = (year: number, month: number, day: number): string => new Temporal.PlainDate(year, month, day).toString();

/** A day of a lunar month that is no leap month. */
const lunar = (year: number, month: number, day: number): Temporal.PlainDate =>
  Temporal.PlainDate.from({ calendar: 'chinese', year, monthCode: `M0${month}`, day }).withCalendar('iso8601');

/** The day of April on which the sun stands at 15° (清明), in China; the usual rule of the 21st century. */
const qingming = (year: number): number => Math.floor((year % 100) * 0.2422 + 4.81) - Math.floor((year % 100) / 4);
