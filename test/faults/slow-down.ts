import { setTimeout as sleep } from 'node:timers/promises';
import { s3Server } from '../contracts/s3-objects.ts';
import { startRefusingProxy, targetOf, throughPort } from '../support/refusing-proxy.ts';
import { demandNothingLost } from './demand.ts';
import { openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario, working } from './scenario.ts';

const SECONDS = { short: 8, full: 60 };
const SHARE = 0.2;

/** An object server that turns one request in five away: 503 SlowDown. */
export const slowDown: Scenario = {
  name: '503 SlowDown of the object server',
  async run(size) {
    // A process that is turned away again and again while it starts ends, and is started again by whoever runs it.
    let started = false;
    const proxy = await startRefusingProxy(targetOf(s3Server), () => started && Math.random() < SHARE);
    const house = await openHouse({
      processes: 2,
      settingsOf: (_, settings) => ({ OBJECTS_URL: throughPort(settings.OBJECTS_URL as string, proxy.port) }),
    });
    started = true;
    const load = new Load(house);
    try {
      const heavy = working(4, () => load.film(1000 + Math.floor(Math.random() * 3_000_000)));
      await sleep(SECONDS[size] * 1000);
      await heavy.end();
      const memory = house.memory.stop();
      await demandNothingLost(house, load);
      return outcomeOf(`${proxy.refused()} requests turned away`, load, memory);
    } finally {
      await house.discard();
      proxy.close();
    }
  },
};
