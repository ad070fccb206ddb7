import type { Context } from '../http/context.ts';
import { dayOf } from '../policy/day.ts';
import { calendarOf } from '../policy/workday-years.ts';
import type { Means } from './commands.ts';

/** What a decision on a case takes from outside, as of now. */
export async function meansOf({ deps, chain }: Pick<Context, 'deps' | 'chain'>): Promise<Means> {
  const { newId, config } = deps;
  const calendar = await calendarOf(deps, chain);
  const now = deps.now();
  return { now, newId, calendar, today: dayOf(now.toISOString(), config.ZONE) };
}
