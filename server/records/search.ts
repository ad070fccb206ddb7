import { z } from 'zod';
import type { Filter } from '../../storage/documents/document-store.ts';
import { type Permission, type Reach, reachOf } from '../access/matrix.ts';
import { caseItem } from '../cases/answers.ts';
import { type CaseState, caseNumberClaim } from '../cases/events.ts';
import type { Context } from '../http/context.ts';
import { type Route, route } from '../http/route.ts';
import { limit, text } from '../http/shapes.ts';
import { subjectAnswer, subjectView } from '../subjects/answers.ts';
import { identityClaim, type SubjectState } from '../subjects/events.ts';
import { checkIdNumber, idTypes } from '../subjects/id-numbers.ts';
import { recordAnswer, recordView } from './answers.ts';
import type { RecordState } from './events.ts';
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
  const { ledger, documents } = context.deps;
  const numbers = idTypes.map((type) => ({ type, number: checkIdNumber(type, q).normalized }));
  const holders = await Promise.all(numbers.map((number) => ledger.holder(context.chain, identityClaim(number))));
  const exact = await documents.getMany('subject', [...new Set(holders.filter((id) => id !== undefined))]);
  const found = await find<SubjectState>(context, 'subject', [{ $text: q }], limit);
  return distinct([...exact.map(({ body }) => body as unknown as SubjectState), ...found], limit).map(subjectAnswer);
}

async function findCases(context: Context, q: string, limit: number) {
  const reach = reachFor(context, 'case.read');
  if (!reach) return [];
  const { ledger, documents, now } = context.deps;
  const holder = await ledger.holder(context.chain, caseNumberClaim(q));
  const exact = holder ? await documents.getMany('case', [holder]) : [];
  const found = await find<CaseState>(context, 'case', [{ $text: q }, casesWithin(reach, context.signedIn)], limit);
  const files = [...exact.map(({ body }) => body as unknown as CaseState), ...found];
  return distinct(files, limit).filter((file) => caseIsWithin(reach, context.signedIn, file, now()));
}

async function findRecords(context: Context, q: string, limit: number) {
  const parts = [{ $text: q }, recordsWithin(context.reach, context.signedIn)];
  const records = await find<RecordState>(context, 'record', parts, limit);
  return await Promise.all(records.map((record) => recordAnswer(context, record)));
}

async function find<S>(context: Context, kind: string, parts: (Filter | undefined)[], limit: number): Promise<S[]> {
  const filter = { $and: parts.filter((part) => part !== undefined) };
  const sort = { path: 'id', descending: true };
  const { items } = await context.deps.documents.find(kind, { chain: context.chain, filter, sort, limit });
  return items.map(({ body }) => body as unknown as S);
}

const distinct = <S extends { id: string }>(items: readonly S[], limit: number): S[] =>
  [...new Map(items.map((item) => [item.id, item])).values()].slice(0, limit);
