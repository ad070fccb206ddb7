import type { Deps } from '../deps.ts';
import { Fault } from '../errors.ts';

/** Refuses bytes for which there is no room beside the reserve that the ledger lives from. Throws STORAGE_FULL. */
export async function roomFor({ work, config }: Deps, needed: number): Promise<void> {
  const free = Math.max(0, (await work.freeSpace()) - config.FREE_SPACE_RESERVE);
  if (needed > free) throw new Fault('STORAGE_FULL', { params: { needed, free } });
}
