import { setTimeout as sleep } from 'node:timers/promises';
import { demandNothingLost } from './demand.ts';
import { openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario, working } from './scenario.ts';
import type { Killable } from './servers.ts';

const ROUNDS = { short: 1, full: 5 };
const BIG = 48 * 1024 * 1024;
const AWAY_MS = 1500;

/** In the middle of what the server goes away. */
const moments: Record<string, (load: Load, away: () => Promise<void>) => Promise<void>> = {
  'mid-upload': async (load, away) => {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const upload = load.film(BIG, resolve);
    await begun;
    await away();
    await upload;
  },
  'mid-seal': async (load, away) => {
    await load.film(BIG);
    await away();
  },
  'mid-export': async (load, away) => {
    await load.film(1_000_000);
    await load.settle();
    await load.export();
    await sleep(Math.random() * 300);
    await away();
    // A package of a case into which something comes that is not sealed yet fails, and says so: that is no loss.
    await load.settle();
  },
};

/** The database or the object server is killed and started again on its data, while clients go on asking. */
export const killServer = (server: Killable): Scenario => ({
  name: `kill -9 of the ${server.name}`,
  async run(size) {
    const house = await openHouse();
    const load = new Load(house);
    try {
      const light = working(2, (client, n) => load.found(`科室 ${client}-${n}`));
      for (let round = 0; round < ROUNDS[size]; round += 1) {
        for (const moment of Object.values(moments)) {
          await moment(load, async () => {
            server.kill();
            await sleep(AWAY_MS);
            await server.start();
          });
        }
      }
      await light.end();
      const memory = house.memory.stop();
      await demandNothingLost(house, load);
      return outcomeOf(`${ROUNDS[size]} kills each ${Object.keys(moments).join(', ')}`, load, memory);
    } finally {
      await house.discard();
    }
  },
});
