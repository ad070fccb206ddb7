import { setTimeout as sleep } from 'node:timers/promises';
import { demandNothingLost } from './demand.ts';
import { openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario, working } from './scenario.ts';

const KILLS = { short: 6, full: 200 };

/** One of three processes after the other is killed under load, at random instants. */
export const killProcesses: Scenario = {
  name: 'kill -9 of one of three processes',
  async run(size) {
    const house = await openHouse();
    const load = new Load(house);
    try {
      const light = working(3, (client, n) => load.found(`科室 ${client}-${n}`));
      const heavy = working(2, () => load.film(1000 + Math.floor(Math.random() * 400_000)));
      const back = new Map<number, Promise<unknown>>();
      let slowest = 0;
      for (let kill = 0; kill < KILLS[size]; kill += 1) {
        await sleep(100 + Math.random() * 700);
        // Two may be down at once, one is always up.
        while (back.size > 1) await Promise.race(back.values());
        const up = [...house.processes.keys()].filter((index) => !back.has(index));
        const index = up[Math.floor(Math.random() * up.length)] as number;
        const restarted = house.kill(index).then((took) => {
          slowest = Math.max(slowest, took);
          back.delete(index);
        });
        restarted.catch(() => {});
        back.set(index, restarted);
      }
      await Promise.all(back.values());
      await Promise.all([light.end(), heavy.end()]);
      const memory = house.memory.stop();
      await demandNothingLost(house, load);
      return outcomeOf(`${KILLS[size]} kills`, load, memory, `back after ${(slowest / 1000).toFixed(1)} s at most`);
    } finally {
      await house.discard();
    }
  },
};
