import { type ClientRequest, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { begin, OCTETS, placeOf } from '../support/uploads.ts';
import { demandNothingLost } from './demand.ts';
import { type House, openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario, working } from './scenario.ts';

const SECONDS = { short: 10, full: 90 };
const OF_EACH = 30;
const LARGE = 24 * 1024 * 1024;

/** Thirty who read a package a byte a second, and thirty who send one: the others are served meanwhile. */
export const slowClients: Scenario = {
  name: 'clients that read and send a byte a second',
  async run(size) {
    const house = await openHouse({ processes: 1 });
    const load = new Load(house);
    const slow: ClientRequest[] = [];
    try {
      await load.film(LARGE);
      await load.settle();
      const exported = await load.export();
      await load.settle();
      for (let n = 0; n < OF_EACH; n += 1) slow.push(readSlowly(house, exported), await sendSlowly(house));
      const light = working(2, (client, n) => load.found(`科室 ${client}-${n}`));
      const heavy = working(1, () => load.film(300_000));
      await sleep(SECONDS[size] * 1000);
      await Promise.all([light.end(), heavy.end()]);
      const memory = house.memory.stop();
      for (const each of slow) each.destroy();
      await demandNothingLost(house, load);
      return outcomeOf(`${OF_EACH} of each for ${SECONDS[size]} s`, load, memory);
    } finally {
      for (const each of slow) each.destroy();
      await house.discard();
    }
  },
};

function readSlowly(house: House, exported: string): ClientRequest {
  const client = house.as('archivist', 0);
  const asked = request(
    client.address(`/exports/${exported}/content`),
    { headers: { cookie: client.cookie } },
    (answer) => {
      answer.pause();
      answer.on('error', () => {});
      const timer = setInterval(() => answer.read(1), 1000);
      answer.once('close', () => clearInterval(timer));
    },
  );
  asked.on('error', () => {});
  asked.end();
  return asked;
}

async function sendSlowly(house: House): Promise<ClientRequest> {
  const client = house.as('dock', 0);
  const place = placeOf(await begin(client, { length: 1000 }));
  const headers = {
    ...OCTETS,
    authorization: `Bearer ${client.bearer}`,
    'upload-offset': '0',
    'content-length': '1000',
  };
  const sent = request(client.address(new URL(place, client.origin).pathname), { method: 'PATCH', headers });
  sent.on('error', () => {});
  sent.write('a');
  const timer = setInterval(() => sent.write('a'), 1000);
  sent.once('close', () => clearInterval(timer));
  return sent;
}
