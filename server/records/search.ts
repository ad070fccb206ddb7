import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { type Permission, type Reach, reachOf } from '../access/matrix.ts';
import { caseItem } from '../cases/answers.ts';
import { caseKind, caseNumberClaim } from '../cases/events.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { limit, text } from '../http/shapes.ts';
import { findViews, viewsById } from '../ledger/find-views.ts';
import type { AnyKind, StateOf } from '../ledger/kind.ts';
import { subjectAnswer, subjectView } from '../subjects/answers.ts';
import { identityClaim, type SubjectState, subjectKind } from '../subjects/events.ts';
import { checkIdNumber, idTypes } from '../subjects/id-numbers.ts';
import { recordAnswer, recordView } from './answers.ts';
import { recordKind } from './events.ts';
import { caseIsWithin, casesWithin, recordsWithin } from './reach.ts';

/**
 * One search over what the caller may read: names of subjects, numbers and causes of cases, titles and file names of records. Whole id
 * numbers and case numbers are found through their claims; parts of an id number, and phones, are not findable.
 */
export function searchRoute(): Route {
  return route({
    method: 'get',
    path: '/search',
    summary: { zh: '检索执法对象、案件与记录', en: 'Search subjects, cases and records' },
    access: { permission: 'record.read' },
    leaves: [],
    query: z.strictObject({ q: text(200), limit: limit(50, 10) }),
    answer: z.object({ subjects: z.array(subjectView), cases: z.array(caseItem), records: z.array(recordView) }),
    handler: async (context, { query: { q, limit } }) => {
      const [subjects, cases, records] = await Promise.all([
        findSubjects(context, q, limit),
        findCases(context, q, limit),
        findRecords(context, q, limit),
      ]);
      return { subjects, cases, records };
    },
  });
}

const reachFor = ({ signedIn }: Context, permission: Permission): Reach | undefined =>
  reachOf(permission, signedIn.roles)?.reach;

async function findSubjects(context: Context, q: string, limit: number) {
  if (!reachFor(context, 'subject.read')) return [];
  const { ledger } = context.deps;
  const numbers = idTypes.map((type) => ({ type, number: checkIdNumber(type, q).normalized }));
  const holders = await Promise.all(numbers.map((number) => ledger.holder(context.chain, identityClaim(number))));
  const known = holders.filter((id) => id !== undefined);
  const exact = await viewsById(context.deps, subjectKind, context.chain, known);
  const found = await find(context, subjectKind, [{ $text: q }], limit);
  return distinct<SubjectState>([...exact.values(), ...found], limit).map(subjectAnswer);
}

async function findCases(context: Context, q: string, limit: number) {
  const reach = reachFor(context, 'case.read');
  if (!reach) return [];
  const { ledger, now } = context.deps;
  const holder = await ledger.holder(context.chain, caseNumberClaim(q));
  const exact = await viewsById(context.deps, caseKind, context.chain, holder ? [holder] : []);
  const found = await find(context, caseKind, [{ $text: q }, casesWithin(reach, context.signedIn)], limit);
  return distinct([...exact.values(), ...found], limit).filter((file) =>
    caseIsWithin(reach, context.signedIn, file, now()),
  );
}

async function findRecords(context: Context, q: string, limit: number) {
  const parts = [{ $text: q }, recordsWithin(context.reach, context.signedIn)];
  const records = await find(context, recordKind, parts, limit);
  return await Promise.all(records.map((record) => recordAnswer(context, record)));
}

async function find<K extends AnyKind>(
  { deps, chain }: Context,
  kind: K,
  parts: (Filter | undefined)[],
  limit: number,
): Promise<StateOf<K>[]> {
  const filter = { $and: parts.filter((part) => part !== undefined) };
  return (await findViews(deps, kind, { chain, filter, sort: { path: 'id', descending: true }, limit })).items;
}

const distinct = <S extends { id: string }>(items: readonly S[], limit: number): S[] =>
  [...new Map(items.map((item) => [item.id, item])).values()].slice(0, limit);
