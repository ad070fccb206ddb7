import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Api } from '../scripts/demo/api.ts';
import { foundAgency } from '../scripts/demo/organisation.ts';
import { type Service, startServer } from '../scripts/demo/own-server.ts';
import { Steps } from '../scripts/demo/steps.ts';
import { openAppending } from './appends.ts';
import { auditedPerSecond } from './audit.ts';
import { bareMachine } from './bare.ts';
import { dockCards } from './dock.ts';
import { indexedEntries } from './entries.ts';
import { byForm, byTus } from './ingest.ts';
import { bareServer, openViewing, readRanges } from './reading.ts';
import { memory, print, rate, row, since } from './report.ts';
import { fileSample, generated, MiB, writeSample } from './sample.ts';

const usage = `npm run bench -- [--size MIB] [--appends N] [--audit N] [--index N] [--big MIB] [--dock MIB] [--dir FOLDER]

--size     MiB of the file that is brought in and read (1024)
--appends  entries that are appended, twice (20000)
--audit    entries of the log that is audited (1000000)
--index    entries of the ledger that is looked through (1000000)
--big      MiB of the file that peak memory is measured with (10240; 0: none)
--dock     MiB of films of 128 MiB that the dock brings, then 24 short ones (1024; 0: none)
--dir      folder for everything, on the disk to be measured (that of temporary files); needs five times the size`;

async function main(): Promise<void> {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  const { values } = parseArgs({
    options: {
      size: text('1024'),
      appends: text('20000'),
      audit: text('1000000'),
      index: text('1000000'),
      big: text('10240'),
      dock: text('1024'),
      dir: text(tmpdir()),
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const folder = mkdtempSync(join(values.dir, 'tiezheng-bench-'));
  let service: Service | undefined;
  try {
    await ledger(folder, Number(values.appends));
    const audited = await auditedPerSecond(folder, Number(values.audit));
    row({ what: `audit of ${values.audit} entries`, value: `${Math.round(audited)} /s`, mark: '>= 70000' });
    await entryIndex(folder, Number(values.index));
    const data = join(folder, 'data');
    service = await startServer(data, {
      ...process.env,
      RATE_TRANSFERS: '1000000',
      RATE_CALLS: '1000000',
      LOG_LEVEL: 'warn',
    });
    memory(service, 'peak memory, service started');
    const quiet = new Steps(() => {});
    const people = await foundAgency(service.origin, service.token, quiet);
    const { officer } = people;
    memory(service, 'peak memory, people signed in');
    await files(folder, officer.api, Number(values.size) * MiB);
    memory(service, `peak memory, ${values.size} MiB files`);
    if (Number(values.dock) > 0) await dockCards(folder, service.origin, people, Number(values.dock) * MiB);
    if (Number(values.big) > 0) await big(service, officer.api, Number(values.big) * MiB);
  } finally {
    await service?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  print();
}

async function ledger(folder: string, count: number): Promise<void> {
  const appending = await openAppending({ DATA_DIR: join(folder, 'appends') }, randomUUID());
  const { fresh, further } = await appending.run(count);
  await appending.close();
  const mark = '>= 5000, goal 20000';
  row({ what: 'appends, each a new stream', value: `${Math.round(fresh)} /s`, mark });
  row({ what: 'appends, to streams that are there', value: `${Math.round(further)} /s`, mark });
}

async function entryIndex(folder: string, count: number): Promise<void> {
  const { made, person, record, old } = await indexedEntries(folder, count);
  row({ what: `index of ${count} entries, made`, value: `${Math.round(made)} /s` });
  const pages = {
    'one person': person,
    'one record, seldom named': record,
    'one person and event, in the oldest tenth': old,
  };
  for (const [what, ms] of Object.entries(pages))
    row({ what: `a page of ${what}`, value: `${Math.round(ms)} ms`, mark: '< 200 ms' });
}

async function files(folder: string, api: Api, size: number): Promise<void> {
  const path = join(folder, 'sample');
  await writeSample(path, size);
  bareMachine(path, `${path}.copy`);
  const bare = bareMachine(path, `${path}.copy`);
  row({ what: 'cp, openssl dgst -sha256, -sm3', value: rate(size / bare) });
  const timed = async (what: string, work: () => Promise<string>, mark?: string) => {
    const began = performance.now();
    const id = await work();
    const seconds = since(began);
    row({ what, value: rate(size / seconds), ratio: (bare / seconds).toFixed(2), ...(mark && { mark }) });
    return id;
  };
  const id = await timed(
    'tus, one PATCH, to sealed',
    () => byTus(api, fileSample(path, size), size),
    '>= 0.5, goal 1.0',
  );
  await timed('tus, 8 MiB pieces, to sealed', () => byTus(api, fileSample(path, size), 8 * MiB), '>= 0.5, goal 1.0');
  await timed('multipart, to sealed', () => byForm(api, fileSample(path, size)));
  const plain = await bareServer(path);
  const url = await openViewing(api, id);
  for (const connections of [1, 16]) {
    const beside = await readRanges(plain.url, size, connections);
    row({ what: `ranges of 4 MiB, bare node:http, ${connections} connections`, value: rate(beside) });
    const ours = await readRanges(url, size, connections, api.cookie);
    row({
      what: `ranges through a viewing, ${connections} connections`,
      value: rate(ours),
      ratio: (ours / beside).toFixed(2),
    });
  }
  plain.close();
}

async function big(service: Service, api: Api, size: number): Promise<void> {
  const began = performance.now();
  await byTus(api, generated(size), size);
  row({
    what: `tus, ${size / MiB} MiB made on the way, to sealed`,
    value: rate(size / since(began)),
  });
  memory(service, `peak memory after ${size / MiB} MiB`);
}

await main();
