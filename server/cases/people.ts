import { departmentKind } from '../access/department.ts';
import { personKind } from '../access/person.ts';
import { Fault } from '../errors.ts';
import type { Context } from '../http/context.ts';
import type { AnyEvent, Kind } from '../ledger/kind.ts';
import { subjectKind } from '../subjects/events.ts';

/** What a case refers to must be in the agency. Throws UNKNOWN_REFERENCE, naming the field. */
export async function requireKnown(
  context: Context,
  refers: { subjectIds?: readonly string[]; personIds?: readonly string[]; departmentId?: string | undefined },
): Promise<void> {
  const { subjectIds = [], personIds = [], departmentId } = refers;
  const known = async <S, E extends AnyEvent>(kind: Kind<S, E>, id: string, field: string) => {
    if ((await context.deps.ledger.load(kind, context.chain, id)).state === undefined) {
      throw new Fault('UNKNOWN_REFERENCE', { params: { what: `${field} ${id}` } });
    }
  };
  for (const id of subjectIds) await known(subjectKind, id, 'subjectId');
  for (const id of personIds) await known(personKind, id, 'personId');
  if (departmentId) await known(departmentKind, departmentId, 'departmentId');
}
