import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { everyView } from '../ledger/find-views.ts';
import type { EventOf, Kind } from '../ledger/kind.ts';
import { WorkCalendar } from './calendar.ts';
import { type HolidayNotice, holidayNotices } from './holiday-notices.ts';

const days = z.array(z.iso.date());

/** What an agency was told of a year's days off and worked weekends: the stream `workdays/<year>`. The last one entered counts. */
export const workdaysEvents = {
  'workdays.set': { v: 1, data: z.strictObject({ source: z.string().max(200), off: days, work: days }) },
} as const;

export type WorkdaysEvent = EventOf<typeof workdaysEvents>;

export interface WorkdaysState extends HolidayNotice {
  setAt: string;
  setBy: string;
}

export const workdaysKind: Kind<WorkdaysState, WorkdaysEvent> = {
  name: 'workdays',
  perChain: true,
  events: workdaysEvents,
  words: {
    name: { zh: '工作日历', en: 'calendar of workdays' },
    events: { 'workdays.set': { zh: '登记年度放假安排', en: "a year's days off entered" } },
  },
  foldVersion: 1,
  indexes: [],
  fold: (_, { data }, { id, time, actor }) => ({ year: Number(id), ...data, setAt: time, setBy: actor.id }),
};

/** The calendar that an agency counts by: the notices that the program knows, and over them those that the agency entered. */
export async function calendarOf(deps: Pick<Deps, 'documents'>, chain: string): Promise<WorkCalendar> {
  const entered = await Array.fromAsync(everyView(deps, workdaysKind, { chain }));
  return new WorkCalendar([...holidayNotices, ...entered]);
}
