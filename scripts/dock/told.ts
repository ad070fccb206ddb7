import type { Card } from './agent.ts';
import { readSmallOnCard } from './card-file.ts';
import { isSidecar, stemOf, UNREAD } from './facts.ts';
import { readSidecar, SIDECAR_LIMIT } from './sidecar.ts';
import type { DockState } from './state.ts';
import type { Found } from './walk.ts';

/** What stands beside a file. */
export interface Told {
  /** Keys and values of its sidecar; undefined where nothing is new. */
  says: ReadonlyMap<string, string> | undefined;
  /** It has a sidecar that cannot be read, or may have one that cannot be seen. */
  unread: boolean;
}

/** Its path below the card's root. */
export const pathOn = (root: Buffer, { path }: Found): Buffer => path.subarray(root.length + 1);

/**
 * Reads the sidecars of files that are new or other than they were, and those that could not be read before. Each file is then told what stands beside
 * it, by its path. `listed`: whether all of the card could be listed; where it could not, nobody knows what stands beside what is new on it.
 */
export async function toldBeside(
  state: DockState,
  { key, root, profile }: Pick<Card, 'key' | 'root' | 'profile'>,
  files: readonly Found[],
  listed: boolean,
): Promise<(shown: string) => Told> {
  const known = (file: Found) => state.file(key, pathOn(root, file));
  const fresh = new Set<string>();
  for (const file of files) {
    const row = known(file);
    const same = row?.size === file.size && row.mtimeMs === file.mtimeMs && row.state !== 'erased';
    if (!same || row.facts.mark === UNREAD) fresh.add(stemOf(file.shown));
  }
  const says = new Map<string, Map<string, string>>();
  const unread = new Set(listed ? [] : fresh);
  for (const file of files) {
    const stem = stemOf(file.shown);
    if (!isSidecar(profile, file.shown) || !fresh.has(stem)) continue;
    // One that was tried often enough for now is tried again when it is to be brought again.
    const gaveUp = known(file)?.state === 'failed';
    const bytes = gaveUp ? undefined : await readSmallOnCard(root, file.path, SIDECAR_LIMIT);
    if (bytes) says.set(stem, readSidecar(bytes));
    else unread.add(stem);
  }
  return (shown) => ({ says: says.get(stemOf(shown)), unread: unread.has(stemOf(shown)) });
}
