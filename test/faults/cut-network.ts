import { setTimeout as sleep } from 'node:timers/promises';
import { mongoUrl } from '../contracts/mongo-server.ts';
import { s3Server } from '../contracts/s3-objects.ts';
import { targetOf, throughPort } from '../support/refusing-proxy.ts';
import { startChaosProxy } from './chaos-proxy.ts';
import { demandNothingLost } from './demand.ts';
import { openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario, working } from './scenario.ts';

const SECONDS = { short: 12, full: 120 };

/** A network between the service and both servers that cuts, truncates and delays. */
export const cutNetwork: Scenario = {
  name: 'connections cut, truncated and delayed at random',
  async run(size) {
    const database = await startChaosProxy(targetOf(mongoUrl as string));
    const objects = await startChaosProxy(targetOf(s3Server));
    const house = await openHouse({
      processes: 2,
      settingsOf: (_, settings) => ({
        DATABASE_URL: throughPort(settings.DATABASE_URL as string, database.port),
        OBJECTS_URL: throughPort(settings.OBJECTS_URL as string, objects.port),
      }),
    });
    const load = new Load(house);
    try {
      const light = working(3, (client, n) => load.found(`科室 ${client}-${n}`));
      const heavy = working(2, () => load.film(1000 + Math.floor(Math.random() * 3_000_000)));
      for (const proxy of [database, objects]) proxy.rage(true);
      await sleep(SECONDS[size] * 1000);
      for (const proxy of [database, objects]) proxy.rage(false);
      await Promise.all([light.end(), heavy.end()]);
      const memory = house.memory.stop();
      await demandNothingLost(house, load);
      return outcomeOf(`${database.cuts()} to the database, ${objects.cuts()} to the object server`, load, memory);
    } finally {
      await house.discard();
      await database.close();
      await objects.close();
    }
  },
};
