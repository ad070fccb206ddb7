import { demandNothingLost } from './demand.ts';
import { openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario } from './scenario.ts';

const UPLOADS = { short: 60, full: 500 };

/** So many uploads begun in one moment, of three processes. */
export const manyAtOnce: Scenario = {
  name: 'uploads at once',
  async run(size) {
    const house = await openHouse();
    const load = new Load(house);
    try {
      await Promise.all(Array.from({ length: UPLOADS[size] }, (_, n) => load.film(20_000 + n * 100)));
      const memory = house.memory.stop();
      await demandNothingLost(house, load);
      return outcomeOf(`${UPLOADS[size]} at once`, load, memory);
    } finally {
      await house.discard();
    }
  },
};
