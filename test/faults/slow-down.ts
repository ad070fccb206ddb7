import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { s3Urls } from '../contracts/s3-objects.ts';
import { targetOf, throughPort } from './chaos-proxy.ts';
import { demandNothingLost } from './demand.ts';
import { openHouse } from './house.ts';
import { Load } from './load.ts';
import { outcomeOf, type Scenario, working } from './scenario.ts';

const SECONDS = { short: 8, full: 60 };
const SHARE = 0.2;
const ANSWER =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** An object server that turns one request in five away: 503 SlowDown. */
export const slowDown: Scenario = {
  name: '503 SlowDown of the object server',
  async run(size) {
    const [s3] = Object.values(s3Urls) as [string];
    const proxy = await startRefusing(targetOf(s3));
    const house = await openHouse({
      processes: 2,
      settingsOf: (_, settings) => ({ OBJECTS_URL: throughPort(settings.OBJECTS_URL as string, proxy.port) }),
    });
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

async function startRefusing(target: { host: string; port: number }) {
  let refused = 0;
  const server = createServer((req, res) => {
    if (Math.random() < SHARE) {
      refused += 1;
      req.resume();
      res.writeHead(503, { 'content-type': 'application/xml', 'content-length': ANSWER.length }).end(ANSWER);
      return;
    }
    const { method, url: path, headers } = req;
    const passed = request({ ...target, method, path, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    passed.on('error', () => res.destroy());
    res.on('close', () => passed.destroy());
    req.pipe(passed);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refused: () => refused,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
