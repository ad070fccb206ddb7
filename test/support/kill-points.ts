import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Every named point on the way of a record, read from the code of the rooms that receive and seal: a new one is tested by being there. Locks
 * are of buckets: test/servers/archive-locks.test.ts.
 */
export const recordPoints = [
  ...new Set(
    ['ingest', 'seal']
      .flatMap((room) => readdirSync(join(root, 'server', room)).map((name) => join(root, 'server', room, name)))
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/\bpoint\('([a-z.-]+)'\)/g)])
      .map(([, name = '']) => name)
      .filter((name) => !name.startsWith('locks.')),
  ),
].sort();
