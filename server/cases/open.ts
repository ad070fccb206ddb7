import { within } from '../access/reaches.ts';
import { Fault, invalid, present } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { ClaimTaken } from '../ledger/sequencer.ts';
import { reachesCase } from '../records/reach.ts';
import type { CaseBody } from './bodies.ts';
import { correct, open } from './commands.ts';
import { type CaseEvent, type CaseState, caseKind, externalCase } from './events.ts';
import { meansOf } from './means.ts';
import { requireKnown } from './people.ts';

/** Opens a case in a department of the caller. Throws FORBIDDEN, UNKNOWN_REFERENCE, VALIDATION, ALREADY_EXISTS (its number). */
export async function openCase(context: Context, told: CaseBody, also: CaseEvent[] = []): Promise<CaseState> {
  const { deps } = context;
  const departmentId = departmentOf(context, told.departmentId);
  await requireKnown(context, {
    subjectIds: told.subjects.map(({ subjectId }) => subjectId),
    personIds: told.team.map(({ personId }) => personId),
    departmentId,
  });
  const done = await context.execute(caseKind, deps.newId(), async () => [
    ...open({ ...told, departmentId }, await meansOf(context)),
    ...also,
  ]);
  return done.state;
}

/**
 * The case that another system calls `id`: opened (201) when it is not there, else its cause, number and department are made as told.
 * Kind, stage, subjects and team of a case that is there move by their own calls only.
 */
export async function upsertExternalCase(context: Context, external: { system: string; id: string }, told: CaseBody) {
  const { ledger } = context.deps;
  const find = () => ledger.holder(context.chain, externalCase(external.system, external.id));
  const known = await find();
  if (known) return await update(context, known, external.system, told);
  try {
    const state = await openCase(context, told, [{ type: 'case.external-id-set', data: external }]);
    context.status = 201;
    return state;
  } catch (error) {
    const holder = error instanceof ClaimTaken ? await find() : undefined;
    if (!holder) throw error;
    return await update(context, holder, external.system, told);
  }
}

async function update(context: Context, id: string, system: string, told: CaseBody): Promise<CaseState> {
  const { cause, caseNo, departmentId } = told;
  await requireKnown(context, { departmentId });
  const done = await context.execute(caseKind, id, (known) => {
    const file = present(known);
    if (!reachesCase(context, 'case.write', file)) throw new Fault('FORBIDDEN');
    if (told.kind !== file.kind) throw new Fault('STATE_NOT_ALLOWED', { params: { state: file.kind } });
    return correct(file, { cause, caseNo, departmentId, reason: `外部系统更新 ${system}` });
  });
  return done.state;
}

/** The handling department: as told, else the only one that the caller is in. */
function departmentOf(context: Context, told: string | undefined): string {
  const { signedIn, reach } = context;
  const [only, ...others] = signedIn.departments;
  const departmentId = told ?? (others.length === 0 ? only : undefined);
  if (!departmentId) throw invalid('/departmentId', 'required');
  if (!within(reach, signedIn, { departments: [departmentId], people: [] })) throw new Fault('FORBIDDEN');
  return departmentId;
}
