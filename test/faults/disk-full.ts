import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { begin, film } from '../support/uploads.ts';
import { demandNothingLost } from './demand.ts';
import { openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

const FILLS = { short: 1, full: 5 };
const FIRST_MIB = 80;
const MORE_MIB = 64;

/** A data folder on a disk that fills up, and gets larger. Mounts one in memory: root. */
export const diskFull: Scenario = {
  name: 'a disk that is full',
  async run(size) {
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${FIRST_MIB}m`, 'tmpfs', folder]);
    try {
      const house = await openHouse({ dataDir: join(folder, 'data') });
      const load = new Load(house);
      try {
        let refused = 0;
        for (let fill = 1; fill <= FILLS[size]; fill += 1) {
          for (let n = 0; ; n += 1) {
            const body = film(4_000_000, 1000 * fill + n);
            const told = { filename: `${fill}-${n}.mp4`, caseId: house.people.caseId };
            const answer = await begin(house.as('dock', 0), { length: body.length, told, body });
            if (answer.status === 507) break;
            assert.ok(n < 100, `the disk does not fill: ${answer.status}`);
          }
          refused += 1;
          const mib = FIRST_MIB + fill * MORE_MIB;
          execFileSync('mount', ['-o', `remount,size=${mib}m`, folder]);
          await load.film(3_000_000);
          await load.found(`科室 ${fill}`);
          await load.settle();
        }
        const memory = house.memory.stop();
        await demandNothingLost(house, load);
        return outcomeOf(`full ${refused} times`, load, memory);
      } finally {
        await house.discard();
      }
    } finally {
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true });
    }
  },
};
