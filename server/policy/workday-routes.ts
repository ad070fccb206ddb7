import { z } from 'zod';
import { invalid } from '../errors.ts';
import { type Route, route } from '../http/route.ts';
import { text } from '../http/shapes.ts';
import type { HolidayNotice } from './holiday-notices.ts';
import { holidayNotices } from './holiday-notices.ts';
import { holidaySource, holidaysOf } from './holidays.ts';
import { type WorkdaysEvent, workdaysKind } from './workday-years.ts';

const params = z.strictObject({
  year: z
    .string()
    .regex(/^20\d\d$/)
    .transform(Number)
    .pipe(z.int().min(2025).max(2099)),
});
const dayList = (max: number) =>
  z
    .array(z.iso.date())
    .max(max)
    .transform((days) => [...new Set(days)].sort());

const answer = z.object({
  year: z.int(),
  /** Whether the year's notice is known: if not, what is counted in it is provisional. */
  known: z.boolean(),
  source: z.string().optional(),
  off: z.array(z.string()),
  work: z.array(z.string()),
  holidays: z.array(z.object({ zh: z.string(), en: z.string(), days: z.array(z.string()) })),
  citation: z.string(),
  /** Absent where the program knew the notice itself. */
  setAt: z.string().optional(),
  setBy: z.string().optional(),
});

type Shown = z.input<typeof answer>;

const shown = (year: number, notice: HolidayNotice | undefined): Shown => ({
  known: notice !== undefined,
  holidays: holidaysOf(year).map(({ zh, en, days }) => ({ zh, en, days: [...days] })),
  citation: holidaySource.citation,
  ...notice,
  off: [...(notice?.off ?? [])],
  work: [...(notice?.work ?? [])],
  year,
});

/** The calendar of workdays by year, and the entering of a year's notice when it is out. */
export const workdayRoutes: Route[] = [
  route({
    method: 'get',
    path: '/workdays/{year}',
    summary: { zh: '一年的工作日历', en: 'The workdays of a year' },
    access: { permission: 'organisation.read' },
    leaves: [],
    params,
    answer,
    handler: async (context, { params: { year } }) => {
      const { state, version } = await context.deps.ledger.load(workdaysKind, context.chain, String(year));
      context.version = version;
      return shown(year, state ?? holidayNotices.find((notice) => notice.year === year));
    },
  }),
  route({
    method: 'put',
    path: '/workdays/{year}',
    summary: { zh: '登记年度放假安排', en: "Enter a year's notice of days off" },
    access: { permission: 'organisation.manage' },
    leaves: ['workdays.set'],
    params,
    body: z.strictObject({ source: text(200), off: dayList(100), work: dayList(40) }),
    answer,
    handler: async (context, { params: { year }, body }) => {
      checkNotice({ year, ...body });
      const done = await context.execute(workdaysKind, String(year), (held): WorkdaysEvent[] =>
        held && sameNotice(held, body) ? [] : [{ type: 'workdays.set', data: body }],
      );
      context.deps.signals.emit('workdays.set', context.chain);
      return shown(year, done.state);
    },
  }),
];

/**
 * What no notice can say is a slip of the pen: days of another year (but for the December before), a workday that is worked anyway, a
 * statutory holiday that is not off. Throws VALIDATION.
 */
export function checkNotice({ year, off, work }: Omit<HolidayNotice, 'source'>): void {
  const within = (day: string) => day.startsWith(`${year}-`) || day.startsWith(`${year - 1}-12-`);
  const at = (name: string, days: readonly string[], wrong: (day: string) => boolean) => {
    const index = days.findIndex(wrong);
    return index < 0 ? undefined : `/${name}/${index}`;
  };
  const stray = at('off', off, (day) => !within(day)) ?? at('work', work, (day) => !within(day));
  if (stray) throw invalid(stray, 'not a day of the year {year}', { year });
  const weekday = at('work', work, (day) => Temporal.PlainDate.from(day).dayOfWeek <= 5);
  if (weekday) throw invalid(weekday, 'not a Saturday or Sunday');
  const both = at('work', work, (day) => off.includes(day));
  if (both) throw invalid(both, 'off and worked at once');
  const missing = holidaysOf(year)
    .flatMap(({ days }) => days)
    .find((day) => !off.includes(day));
  if (missing) throw invalid('/off', 'the statutory holiday {day} is missing', { day: missing });
}

const sameNotice = (held: HolidayNotice, told: Omit<HolidayNotice, 'year'>): boolean =>
  JSON.stringify([held.source, held.off, held.work]) === JSON.stringify([told.source, told.off, told.work]);
