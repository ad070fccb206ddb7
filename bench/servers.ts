import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Api } from '../scripts/demo/api.ts';
import { foundAgency } from '../scripts/demo/organisation.ts';
import { type Service, startServer } from '../scripts/demo/own-server.ts';
import { Steps } from '../scripts/demo/steps.ts';
import { databases } from '../test/contracts/mongo-server.ts';
import { engineOn, s3Urls } from '../test/contracts/s3-objects.ts';
import { type BareProxy, bareRanges, bareSealing, bareUpload, proxiedUpload, startProxy } from './bare-s3.ts';
import { sealed, sendByTus } from './ingest.ts';
import { openViewing, readRanges } from './reading.ts';
import { memory, print, rate, row, since } from './report.ts';
import { fileSample, MiB, writeSample } from './sample.ts';

/** What the service does on a database server and an object store, beside what a user would pick instead: the store and its SDK alone. */

const usage = `npm run bench:servers [-- --size MIB] [--appends N] [--dir FOLDER]

--size     MiB of the file that is brought in and read (512)
--appends  entries that each process appends, twice (3000)
--dir      folder for what is local, on the disk to be measured (that of temporary files)`;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '512' },
    appends: { type: 'string', default: '3000' },
    dir: { type: 'string', default: tmpdir() },
    help: { type: 'boolean' },
  },
});
const size = Number(values.size) * MiB;
const AT_LEAST = 'goal >= 0.8';
const WARM = 1;
const RUNS = 3;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(values.dir, 'tiezheng-bench-'));
  try {
    writeFileSync(join(folder, 'master.key'), `${'5b'.repeat(32)}\n`);
    for (const processes of [1, 3]) await appends(folder, processes);
    for (const [name, server] of Object.entries(s3Urls)) await bytes(folder, name, server);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  print();
}

async function onServers(folder: string, server: string, work: (settings: Record<string, string>) => Promise<void>) {
  const [DATABASE_URL, OBJECTS_URL] = [await databases.place(), await engineOn(server).place()];
  try {
    const MASTER_KEY_FILE = join(folder, 'master.key');
    await work({ DATABASE_URL, OBJECTS_URL, MASTER_KEY_FILE, OBJECT_LOCK: 'required' });
  } finally {
    await databases.discard(DATABASE_URL);
    await engineOn(server).discard(OBJECTS_URL);
  }
}

async function appends(folder: string, count: number): Promise<void> {
  await onServers(folder, Object.values(s3Urls)[0] as string, async (settings) => {
    const processes: ChildProcess[] = [];
    const chain = randomUUID();
    for (let index = 0; index < count; index += 1) {
      const own = { ...settings, DATA_DIR: join(folder, `appends-${count}-${index}`) };
      const script = fileURLToPath(new URL('append-process.ts', import.meta.url));
      const child = fork(script, [JSON.stringify(own), chain, values.appends]);
      await once(child, 'message');
      processes.push(child);
    }
    const results = processes.map(async (child) => {
      child.send('go');
      return ((await once(child, 'message')) as [{ fresh: number; further: number }])[0];
    });
    const all = await Promise.all(results);
    await Promise.all(processes.map(async (child) => child.exitCode ?? (await once(child, 'exit'))));
    const sum = (of: 'fresh' | 'further') => `${Math.round(all.reduce((total, each) => total + each[of], 0))} /s`;
    row({ what: `appends to one chain by ${count} processes, each a new stream`, value: sum('fresh') });
    row({ what: `appends to one chain by ${count} processes, to streams that are there`, value: sum('further') });
  });
}

async function bytes(folder: string, name: string, server: string): Promise<void> {
  const local = join(folder, name);
  const path = join(local, 'sample');
  mkdirSync(local);
  await writeSample(path, size);
  await onServers(folder, server, async (settings) => {
    const DATA_DIR = join(local, 'data');
    const place = settings.OBJECTS_URL as string;
    let service: Service | undefined;
    let proxy: BareProxy | undefined;
    try {
      const limits = { RATE_TRANSFERS: '1000000', RATE_CALLS: '1000000', LOG_LEVEL: 'warn' };
      proxy = await startProxy(place);
      service = await startServer(DATA_DIR, { ...process.env, ...settings, ...limits });
      const { officer } = await foundAgency(service.origin, service.token, new Steps(() => {}));
      const beside = { name, place, proxied: proxy.url };
      const id = await bringing(officer.api, path, beside);
      await watching(officer.api, id, beside);
      memory(service, `${name}: peak memory`);
    } finally {
      await service?.stop();
      proxy?.child.kill();
      rmSync(path, { force: true });
    }
  });
}

/** What stands beside the service: the S3 server itself, and the object on it through a bare proxy. */
interface Beside {
  name: string;
  place: string;
  proxied: string;
}

/** Resolves to a record that was brought. */
async function bringing(api: Api, path: string, { name, place, proxied }: Beside): Promise<string> {
  const bare = await median(() => bareUpload(place, path, size));
  row({ what: `${name}: PutObject by the SDK alone`, value: rate(bare) });
  const passed = await median(() => proxiedUpload(proxied, path, size));
  compare(`${name}: PUT through a bare proxy in Node`, passed, bare);
  let id = '';
  const toSealed: number[] = [];
  const acknowledged = await median(async () => {
    const began = performance.now();
    id = await sendByTus(api, fileSample(path, size), size);
    const seconds = since(began);
    await sealed(api, id);
    toSealed.push(size / since(began));
    return size / seconds;
  });
  compare(`${name}: tus to acknowledged`, acknowledged, bare, AT_LEAST);
  const sealedAt = middle(toSealed.slice(WARM));
  compare(`${name}: tus to sealed (read back, SHA-256, SM3, copied, locked)`, sealedAt, bare);
  const byHand = await median(() => bareSealing(place, path, size));
  row({ what: `${name}: put, read back, SHA-256, SM3, copied, locked by the SDK alone`, value: rate(byHand) });
  compare(`${name}: tus to sealed beside that`, sealedAt, byHand);
  return id;
}

async function watching(api: Api, id: string, { name, place, proxied }: Beside): Promise<void> {
  const url = await openViewing(api, id);
  for (const connections of [1, 16]) {
    const of = `of 4 MiB, ${connections} at a time`;
    const bare = await median(() => bareRanges(place, size, connections));
    row({ what: `${name}: GetObject by the SDK alone, ${of}`, value: rate(bare) });
    const passed = await median(() => readRanges(proxied, size, connections));
    compare(`${name}: ranges through a bare proxy in Node, ${of}`, passed, bare);
    const ours = await median(() => readRanges(url, size, connections, api.cookie));
    compare(`${name}: ranges through a viewing, ${of}`, ours, bare, AT_LEAST);
  }
}

function compare(what: string, ours: number, bare: number, mark?: string): void {
  row({ what, value: rate(ours), ratio: (ours / bare).toFixed(2), ...(mark && { mark }) });
}

/** The middle one of three runs, after one that warms both sides. */
async function median(run: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  for (let runs = 0; runs < WARM + RUNS; runs += 1) found.push(await run());
  return middle(found.slice(WARM));
}

const middle = (found: readonly number[]) => found.toSorted((a, b) => a - b)[Math.floor(found.length / 2)] as number;

if (values.help) console.log(usage);
else await main();
