import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { viewsById } from '../ledger/find-views.ts';
import { recordKind } from '../records/events.ts';
import { type ObjectState, objectKind } from '../records/object-kind.ts';
import { type DisposalState, disposalStates, leftReasons } from './events.ts';

/** What disposal's routes answer. */

/** How far it has come with a record: its title is told as long as it is there to be read. */
const record = z.object({
  recordId: z.string(),
  sha256: z.string(),
  size: z.number(),
  termEnded: z.string(),
  title: z.string().optional(),
  disposed: z.boolean(),
  /** `kept`: another record has the same bytes, or it was not disposed of. `due`: to be deleted. `gone`: deleted, and looked for. */
  original: z.enum(['kept', 'due', 'gone']),
});

const core = {
  id: z.string(),
  state: z.enum(disposalStates),
  departmentId: z.string(),
  basis: z.string(),
  proposedBy: z.string(),
  proposedAt: z.string(),
  policyVersion: z.int(),
  answered: z.object({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
  carriedOut: z
    .object({ at: z.string(), left: z.array(z.object({ recordId: z.string(), why: z.enum(leftReasons) })) })
    .optional(),
};

/** A list in a list of them. */
export const disposalItem = z.object({ ...core, count: z.int(), size: z.number() });

export const disposalView = z.object({ ...core, count: z.int(), size: z.number(), records: z.array(record) });

export function toItem({ records, recordIds: _, ...rest }: DisposalState): z.input<typeof disposalItem> {
  return { ...rest, count: records.length, size: records.reduce((sum, { size }) => sum + size, 0) };
}

/** A list with what has come of each of its records. */
export async function toView(
  deps: Pick<Deps, 'documents'>,
  chain: string,
  list: DisposalState,
): Promise<z.input<typeof disposalView>> {
  const records = await viewsById(deps, recordKind, chain, list.recordIds);
  const keys = list.records.map(({ sha256 }) => `${chain}/${sha256}`);
  const found = await deps.documents.getMany(objectKind.name, [...new Set(keys)]);
  const objects = new Map(found.map(({ body }) => [body.sha256 as string, body as unknown as ObjectState]));
  return {
    ...toItem(list),
    records: list.records.map((listed) => {
      const { state, title } = records.get(listed.recordId) ?? {};
      const disposed = state === 'disposed';
      const original = disposed ? originalOf(objects.get(listed.sha256)) : 'kept';
      return { ...listed, ...(!disposed && title && { title }), disposed, original };
    }),
  };
}

function originalOf(object: ObjectState | undefined) {
  if (object?.releasedAt === undefined) return 'kept' as const;
  return object.destroyedAt ? ('gone' as const) : ('due' as const);
}
