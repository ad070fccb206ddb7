import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from '../../scripts/fsck.ts';
import { tiezheng } from './process.ts';

/** A place that an installation can be moved to, as the command is told it and as the service is. */
export interface TestPlace {
  args(side: 'from' | 'to'): string[];
  settings: Record<string, string>;
}

export const folderPlace = (dir: string): TestPlace => ({
  args: (side) => [`--${side}`, dir],
  settings: { DATA_DIR: dir },
});

export const masterKeyIn = (dir: string) => ({ MASTER_KEY_FILE: join(dir, 'master.key') });

/** Runs the command; resolves to its lines, a line for each chain among them: size, root, name. */
export async function moved(from: TestPlace, to: TestPlace, settings: Record<string, string>): Promise<string[]> {
  const { code, out, err } = await tiezheng(['move', ...from.args('from'), ...to.args('to')], settings);
  assert.equal(code, 0, out + err);
  return out.split('\n').filter((line) => /^\d+\t/.test(line));
}

/** Throws unless all of fsck finds nothing wrong. */
export async function demandWhole({ settings }: TestPlace, keys: Record<string, string>): Promise<void> {
  const faults: string[] = [];
  await check({ ...settings, ...keys }, ({ grade, where, what }) => {
    if (grade === 'fault') faults.push(`${where}: ${what}`);
  });
  assert.deepEqual(faults, []);
}
