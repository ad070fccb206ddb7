import type { Deps } from '../deps.ts';

type Named = { name?: unknown };

/** Names of people, departments or the agency as they are now; an id that nobody has stands for itself. */
export async function namesOf(
  deps: Deps,
  kind: 'person' | 'department' | 'agency',
  chain: string,
  ids: Iterable<string>,
) {
  const found = await deps.documents.getMany(kind, [...new Set(ids)]);
  const known = found.filter((document) => kind === 'agency' || document.chain === chain);
  const names = new Map(known.map(({ id, body }) => [id, (body as Named).name]));
  return (id: string): string => {
    const name = names.get(id);
    return typeof name === 'string' ? name : id;
  };
}
