import type { Filter } from '../../storage/documents/document-store.ts';
import type { Caller } from '../access/caller.ts';
import type { Permission, Reach } from '../access/matrix.ts';
import { type Belongs, reaches, within } from '../access/reaches.ts';
import { type CaseState, caseKind } from '../cases/events.ts';
import { caseBelongs } from '../cases/team.ts';
import type { Context } from '../http/context.ts';
import { type RecordState, recordKind } from './events.ts';

/** Whose a record is by where it comes from: the collecting department's, and its maker's own. */
export const recordBelongs = (record: RecordState): Belongs => ({
  departments: [record.departmentId],
  people: [record.uploadedBy, record.filmedBy].filter((id) => id !== undefined),
});

/**
 * Whose a record is to read: also of the departments and teams of the cases that it is linked to, since it is in their file. It gives
 * knowledge of the record, never its bytes: those need a grant.
 */
async function readersOf(context: Context, record: RecordState): Promise<Belongs> {
  const { departments, people } = recordBelongs(record);
  const { ledger, now } = context.deps;
  const cases = await Promise.all(record.caseIds.map((id) => ledger.load(caseKind, context.chain, id)));
  const files = cases.flatMap(({ state }) => (state ? [caseBelongs(state, now())] : []));
  return {
    departments: [...departments, ...files.flatMap((file) => file.departments)],
    people: [...people, ...files.flatMap((file) => file.people)],
  };
}

/** Access of the routes below /records/{id}: by what it is read by, or by its origin alone. */
export const ofRecordToRead = async (context: Context, id: string): Promise<Belongs> =>
  await readersOf(context, await context.get(recordKind, id));
export const ofRecord = async (context: Context, id: string): Promise<Belongs> =>
  recordBelongs(await context.get(recordKind, id));

/** Access of the routes below /cases/{id}. */
export const ofCase = async (context: Context, id: string): Promise<Belongs> =>
  caseBelongs(await context.get(caseKind, id), context.deps.now());

/** Whether the caller may know of a record; a dock knows what it brought. */
export async function mayRead(context: Context, record: RecordState): Promise<boolean> {
  const caller = context.signedIn;
  if (caller.kind === 'dock') return record.dockId === caller.id;
  if (reaches(caller, 'record.read', recordBelongs(record))) return true;
  return record.caseIds.length > 0 && reaches(caller, 'record.read', await readersOf(context, record));
}

/** The records within a reach, by their origin; undefined is all of them. */
export function recordsWithin(reach: Reach, caller: Caller): Filter | undefined {
  if (reach === 'agency') return undefined;
  const own: Filter[] = [{ uploadedBy: caller.id }, { filmedBy: caller.id }];
  return { $or: reach === 'department' ? [{ departmentId: { $in: caller.departments } }, ...own] : own };
}

/** The cases within a reach; undefined is all of them. Former members of a team are among them: sift by `caseIsWithin`. */
export function casesWithin(reach: Reach, caller: Caller): Filter | undefined {
  if (reach === 'agency') return undefined;
  const own: Filter = { 'team.personId': caller.id };
  return reach === 'department' ? { $or: [{ departmentId: { $in: caller.departments } }, own] } : own;
}

export const caseIsWithin = (reach: Reach, caller: Caller, file: CaseState, at: Date): boolean =>
  within(reach, caller, caseBelongs(file, at));

/** Whether a permission of the caller covers a case. */
export const reachesCase = (context: Context, permission: Permission, file: CaseState): boolean =>
  reaches(context.signedIn, permission, caseBelongs(file, context.deps.now()));
