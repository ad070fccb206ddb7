import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { databases } from '../contracts/mongo-server.ts';
import { engineOn, s3Server } from '../contracts/s3-objects.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';
import { Client } from '../support/client.ts';
import { type ServerProcess, startServer } from '../support/process.ts';
import { things } from '../support/things.ts';
import { watchMemory } from './memory.ts';

/** Who acts in a run: their cookies and tokens, which are good at every process. */
export interface People {
  agency: string;
  department: string;
  admin: string;
  clerk: string;
  archivist: string;
  dock: string;
  caseId: string;
}

export type Role = 'admin' | 'clerk' | 'archivist' | 'dock';

/** An installation on real servers with several processes, each of which can be ended and started again. */
export interface House {
  settings: Record<string, string>;
  folder: string;
  people: People;
  processes: ServerProcess[];
  /** A client of the process at this turn; requests that fail go on at the next. */
  as(role: Role, turn: number): Client;
  /** Kills one without warning, starts it anew; resolves to how long it took to answer, ms. */
  kill(index: number): Promise<number>;
  memory: ReturnType<typeof watchMemory>;
  /** What the processes have logged of an answer, by the number of its request. */
  logged(requestId: string): string;
  /** Ends the processes in order. */
  close(): Promise<void>;
  discard(): Promise<void>;
}

export interface HouseOptions {
  processes?: number;
  /** Everything in this folder, and one process: no servers. */
  dataDir?: string;
  /** What differs for one of the processes: the servers behind a proxy, another clock. */
  settingsOf?: (index: number, settings: Record<string, string>) => Record<string, string>;
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { dataDir, settingsOf = () => ({}) } = options;
  const count = dataDir ? 1 : (options.processes ?? 3);
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-faults-'));
  const masterKey = join(folder, 'master.key');
  writeFileSync(masterKey, `${'5b'.repeat(32)}\n`);
  const engines = dataDir ? undefined : await enginesPlaced();
  const dirOf = (index: number) => dataDir ?? join(folder, `process-${index}`);
  const settings: Record<string, string> = {
    ...engines?.settings,
    DATA_DIR: dirOf(0),
    MASTER_KEY_FILE: masterKey,
    FREE_SPACE_RESERVE: '0',
    RATE_CALLS: '1000000',
    RATE_TRANSFERS: '1000000',
    RATE_ADDRESS: '1000000',
  };
  const people = await foundHouse(dirOf(0), settings);
  const errors: string[] = [];
  const start = (index: number) => {
    const started = startServer(dirOf(index), {
      ...settings,
      DATA_DIR: dirOf(index),
      ...settingsOf(index, settings),
      LOG_LEVEL: 'info',
    });
    createInterface({ input: started.child.stderr as Readable }).on('line', (line) => {
      if (line.startsWith('{"level":50')) errors.push(line);
    });
    return started;
  };
  const running = Array.from({ length: count }, (_, index) => start(index));
  const discard = async () => {
    for (const each of running) await each.kill('SIGKILL');
    await engines?.discard();
    rmSync(folder, { recursive: true, force: true });
  };
  const origins = await Promise.all(running.map(({ origin }) => origin)).catch(async (error) => {
    await discard();
    throw error;
  });
  return {
    settings,
    folder,
    people,
    processes: running,
    as(role, turn) {
      const client = new Client(origins[turn % count] as string);
      if (role === 'dock') client.bearer = people.dock;
      else client.cookie = people[role];
      return client;
    },
    async kill(index) {
      await running[index]?.kill('SIGKILL');
      const began = performance.now();
      running[index] = start(index);
      origins[index] = await (running[index] as ServerProcess).origin;
      return performance.now() - began;
    },
    logged: (requestId) => errors.filter((line) => line.includes(requestId)).join('\n'),
    memory: watchMemory(() => running.map(({ child }) => child.pid ?? 0)),
    async close() {
      await Promise.all(running.map((each) => each.kill()));
    },
    discard,
  };
}

async function enginesPlaced() {
  const [DATABASE_URL, OBJECTS_URL] = [await databases.place(), await engineOn(s3Server).place()];
  return {
    settings: { DATABASE_URL, OBJECTS_URL, OBJECT_LOCK: 'required' },
    async discard() {
      await databases.discard(DATABASE_URL);
      await engineOn(s3Server).discard(OBJECTS_URL);
    },
  };
}

async function foundHouse(dataDir: string, config: Record<string, string>): Promise<People> {
  const app = await startApp({ dataDir, config });
  const agency = await foundAgency(app, randomUUID().slice(0, 8));
  const department = await agency.department();
  const person = async (role: 'sysadmin' | 'clerk' | 'archivist') =>
    (await agency.person({ roles: [role], departments: [department] })).client.cookie as string;
  const people = {
    agency: agency.id,
    department,
    admin: await person('sysadmin'),
    clerk: await person('clerk'),
    archivist: await person('archivist'),
    dock: (await agency.dock(department)).client.bearer as string,
    caseId: await (things.cases as NonNullable<typeof things.cases>).make(agency, department),
  };
  await app.stop();
  return people;
}
