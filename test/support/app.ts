import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { compose, type Service } from '../../server/compose.ts';
import { readConfig } from '../../server/config.ts';
import type { Deps } from '../../server/deps.ts';
import { serve } from '../../server/serve.ts';
import { Client } from './client.ts';
import { discardEngines, enginesOf } from './engines.ts';

/** The real time, moved on at will. Timers of the server are not moved. */
export class Clock {
  #ahead = 0;
  now = () => new Date(Date.now() + this.#ahead);
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
  }
}

export interface TestApp {
  origin: string;
  dataDir: string;
  /** Settings by which a command finds the installation: folder and engines. */
  place: Record<string, string>;
  clock: Clock;
  service: Service;
  deps: Deps;
  /** A client that is not signed in. */
  client(): Client;
  /** Stops the server and its loops; the data stay. */
  stop(): Promise<void>;
  /** Stops and deletes the data. */
  destroy(): Promise<void>;
}

export interface AppOptions {
  /** Settings beside those of the test: NAME to value. */
  config?: Record<string, string>;
  /** Data of an app that was stopped. */
  dataDir?: string;
  clock?: Clock;
}

/** The whole service in this process, as `npm start` builds it, on a free port and a temporary folder. */
export async function startApp({ config = {}, dataDir, clock = new Clock() }: AppOptions = {}): Promise<TestApp> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'tiezheng-test-'));
  const level = process.env.TEST_LOG ?? 'silent';
  const engines = await enginesOf(folder);
  const place = { ...engines, DATA_DIR: folder };
  const settings = readConfig({
    ...place,
    PORT: '0',
    LOG_LEVEL: level,
    RATE_ADDRESS: '100000',
    RATE_CALLS: '100000',
    ...config,
  });
  const service = await compose(settings, pino({ level }, pino.destination(2)), { now: clock.now });
  const { server, stop: stopServing } = serve(service, settings);
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= stopServing().then(() => service.close());
    return stopped;
  };
  return {
    origin,
    dataDir: folder,
    place,
    clock,
    service,
    deps: service.deps,
    client: () => new Client(origin),
    stop,
    destroy: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
      await discardEngines(engines);
    },
  };
}
