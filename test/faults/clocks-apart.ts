import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { demandNothingLost } from './demand.ts';
import { openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario, working } from './scenario.ts';

const SECONDS = { short: 5, full: 45 };
const APART_MS = 5 * 60_000;
const shift = fileURLToPath(new URL('./shifted-clock.mjs', import.meta.url));

/** Three processes whose machines' clocks are five minutes apart; fsck finds a time that goes back. */
export const clocksApart: Scenario = {
  name: 'clocks of the processes five minutes apart',
  async run(size) {
    const house = await openHouse({
      settingsOf: (index) => ({
        NODE_OPTIONS: `--import=${shift}`,
        CLOCK_SHIFT_MS: String((index - 1) * APART_MS),
      }),
    });
    const load = new Load(house);
    try {
      const light = working(3, (client, n) => load.found(`科室 ${client}-${n}`));
      const heavy = working(2, () => load.film(1000 + Math.floor(Math.random() * 400_000)));
      await sleep(SECONDS[size] * 1000);
      await Promise.all([light.end(), heavy.end()]);
      const memory = house.memory.stop();
      await demandNothingLost(house, load);
      return outcomeOf('−5, 0 and +5 minutes', load, memory);
    } finally {
      await house.discard();
    }
  },
};
