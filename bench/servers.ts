import { type ChildProcess, fork } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  CopyObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { foundAgency } from '../scripts/demo/organisation.ts';
import { type Service, startServer } from '../scripts/demo/own-server.ts';
import { Steps } from '../scripts/demo/steps.ts';
import { parseS3Url, s3Client } from '../storage/objects/s3-address.ts';
import { databases } from '../test/contracts/mongo-server.ts';
import { engineOn, s3Urls } from '../test/contracts/s3-objects.ts';
import { sealed, sendByTus } from './ingest.ts';
import { inRanges, openViewing, readRanges } from './reading.ts';
import { memory, print, rate, row } from './report.ts';
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
const KEY = 'bench';
const DAY_MS = 86_400_000;

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
    let service: Service | undefined;
    try {
      const limits = { RATE_TRANSFERS: '1000000', RATE_CALLS: '1000000', LOG_LEVEL: 'warn' };
      service = await startServer(DATA_DIR, { ...process.env, ...settings, ...limits });
      const { officer } = await foundAgency(service.origin, service.token, new Steps(() => {}));
      // The second of two, as on the bare side: both are warm.
      await sealed(officer.api, await sendByTus(officer.api, fileSample(path, size), size));
      const bare = await bareUpload(settings.OBJECTS_URL as string, path);
      row({ what: `${name}: PutObject by the SDK alone`, value: rate(bare) });
      const began = performance.now();
      const id = await sendByTus(officer.api, fileSample(path, size), size);
      compare(`${name}: tus to acknowledged`, size / since(began), bare, AT_LEAST);
      await sealed(officer.api, id);
      const toSealed = size / since(began);
      compare(`${name}: tus to sealed (read back, SHA-256, SM3, copied, locked)`, toSealed, bare);
      const byHand = await bareSealing(settings.OBJECTS_URL as string, path);
      row({ what: `${name}: put, read back, SHA-256, SM3, copied, locked by the SDK alone`, value: rate(byHand) });
      compare(`${name}: tus to sealed beside that`, toSealed, byHand);
      const url = await openViewing(officer.api, id);
      for (const connections of [1, 16]) {
        const beside = await bareRanges(settings.OBJECTS_URL as string, connections);
        row({ what: `${name}: GetObject of 4 MiB by the SDK alone, ${connections} at a time`, value: rate(beside) });
        const ours = await readRanges(url, size, connections, officer.api.cookie);
        compare(`${name}: the same through a viewing, ${connections} at a time`, ours, beside, AT_LEAST);
      }
      memory(service, `${name}: peak memory`);
    } finally {
      await service?.stop();
      rmSync(path, { force: true });
    }
  });
}

const since = (began: number) => (performance.now() - began) / 1000;

function compare(what: string, ours: number, bare: number, mark?: string): void {
  row({ what, value: rate(ours), ratio: (ours / bare).toFixed(2), ...(mark && { mark }) });
}

/** Into the work bucket, where nothing is locked; the second of two, so that both begin warm. */
async function bareUpload(place: string, path: string): Promise<number> {
  const address = parseS3Url(place);
  const client = s3Client(address);
  let seconds = 0;
  for (let run = 0; run < 2; run += 1) {
    const began = performance.now();
    const Body = createReadStream(path, { highWaterMark: MiB });
    await client.send(new PutObjectCommand({ Bucket: address.work, Key: KEY, Body, ContentLength: size }));
    seconds = since(began);
  }
  client.destroy();
  return size / seconds;
}

/** What someone would write for the same end: put, read back with both digests, copied by the server, locked, and the lock read back. */
async function bareSealing(place: string, path: string): Promise<number> {
  const address = parseS3Url(place);
  const client = s3Client(address);
  const [from, to] = [
    { Bucket: address.work, Key: KEY },
    { Bucket: address.evidence, Key: KEY },
  ];
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: new Date(Date.now() + DAY_MS) } as const;
  const began = performance.now();
  const sent = createReadStream(path, { highWaterMark: MiB });
  await client.send(new PutObjectCommand({ ...from, Body: sent, ContentLength: size }));
  const digests = [createHash('sha256'), createHash('sm3')];
  const { Body } = await client.send(new GetObjectCommand(from));
  for await (const chunk of Body as AsyncIterable<Buffer>) for (const digest of digests) digest.update(chunk);
  for (const digest of digests) digest.digest('hex');
  await client.send(new CopyObjectCommand({ ...to, CopySource: `${address.work}/${KEY}` }));
  await client.send(new PutObjectRetentionCommand({ ...to, Retention }));
  const kept = await client.send(new GetObjectRetentionCommand(to));
  const seconds = since(began);
  client.destroy();
  if (kept.Retention?.Mode !== Retention.Mode) throw new Error('the lock was not kept');
  return size / seconds;
}

async function bareRanges(place: string, connections: number): Promise<number> {
  const address = parseS3Url(place);
  const client = s3Client(address);
  const read = async (start: number, end: number) => {
    const Range = `bytes=${start}-${end}`;
    const { Body } = await client.send(new GetObjectCommand({ Bucket: address.work, Key: KEY, Range }));
    await pipeline(Body as NodeJS.ReadableStream, async (source) => {
      for await (const _ of source);
    });
  };
  return await inRanges(size, connections, read).finally(() => client.destroy());
}

if (values.help) console.log(usage);
else await main();
