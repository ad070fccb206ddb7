import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { isOver, termOf, termView } from '../archive/term.ts';
import { termRulesOf } from '../archive/terms.ts';
import { type Route, route } from '../http/route.ts';
import { pageOf, pageQuery } from '../http/shapes.ts';
import { findViews } from '../ledger/find-views.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import * as shape from '../records/shapes.ts';
import { inUse } from './in-use.ts';
import { casesOf, listed } from './verdicts.ts';

/** A record whose term is over, and what keeps it off a list now. */
const dueRecord = z.object({
  id: z.string(),
  title: z.string(),
  kind: z.enum(shape.recordKinds),
  state: z.enum(['sealed', 'quarantined']),
  departmentId: z.string(),
  size: z.number(),
  sortTime: z.string(),
  caseIds: z.array(z.string()),
  term: termView,
  inUse: z.boolean(),
  listed: z.boolean(),
});

/** Pages that are looked through for one answer at most: it may hold fewer than were asked for, and go on. */
const LOOKED = 10;

/**
 * Records whose term is over, oldest first: what is to be appraised (鉴定). A page looks through so many records and no more, so one without
 * items may have a next one.
 */
export function dueRoute(): Route {
  return route({
    method: 'get',
    path: '/due-records',
    summary: { zh: '保管期限届满、待鉴定的记录', en: 'Records whose retention term is over' },
    access: { permission: 'disposal.propose' },
    leaves: [],
    query: z.strictObject({ ...pageQuery, departmentId: z.uuid().optional() }),
    answer: pageOf(dueRecord),
    handler: async ({ deps, chain }, { query: { limit, after, departmentId } }) => {
      const filter: Filter = { state: { $in: ['sealed', 'quarantined'] }, ...(departmentId && { departmentId }) };
      const rules = termRulesOf(deps);
      let next = after;
      for (let looked = 0; looked < LOOKED; looked++) {
        const query = { chain, filter, sort: { path: 'sortTime' }, limit, after: next };
        const page = await findViews(deps, recordKind, query);
        next = page.next;
        const cases = await casesOf(deps, chain, page.items);
        const due = page.items
          .map((record) => ({ record, term: termOf(record, cases, rules) }))
          .filter(({ term }) => isOver(term, deps.now()));
        if (due.length === 0 && next) continue;
        const records = due.map(({ record }) => record);
        const [used, on] = [await inUse(deps, chain, records), await listed(deps, chain, idsOf(records))];
        const items = due.map(({ record, term }) => ({ ...shown(record), term, ...standing(record.id, used, on) }));
        return { items, ...(next && { next }) };
      }
      return { items: [], ...(next && { next }) };
    },
  });
}

const idsOf = (records: readonly RecordState[]) => records.map(({ id }) => id);

const standing = (id: string, used: ReadonlySet<string>, on: ReadonlySet<string>) => ({
  inUse: used.has(id),
  listed: on.has(id),
});

function shown({ id, title, kind, state, departmentId, object, size, sortTime, caseIds }: RecordState) {
  const found = { id, title, kind, departmentId, size: object?.size ?? size, sortTime, caseIds };
  return { ...found, state: state as 'sealed' | 'quarantined' };
}
