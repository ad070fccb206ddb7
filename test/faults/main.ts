import { parseArgs } from 'node:util';
import { s3Name, s3Urls } from '../contracts/s3-objects.ts';
import { clocksApart } from './clocks-apart.ts';
import { cutNetwork } from './cut-network.ts';
import { diskFull } from './disk-full.ts';
import { killProcesses } from './kill-processes.ts';
import { killServer } from './kill-servers.ts';
import { manyAtOnce } from './many-at-once.ts';
import { writeReport } from './report.ts';
import type { Outcome, Scenario } from './scenario.ts';
import { serversIn } from './servers.ts';
import { slowClients } from './slow-clients.ts';
import { slowDown } from './slow-down.ts';

/**
 * Faults with real processes on real servers (scripts/servers/faults.sh starts those), on the first S3 server or the one that TEST_S3 names.
 * `--short`: few of each kind; `--only WORDS`: scenarios whose name has them; `--write`: their rows go into the table in docs/reliability.md. Ends with 1 when anything was lost; the last line is for machines.
 */
const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    write: { type: 'boolean' },
    only: { type: 'string' },
    servers: { type: 'string' },
  },
});

const scenarios: Scenario[] = [
  killProcesses,
  ...serversIn(values.servers ?? '').map(killServer),
  cutNetwork,
  slowDown,
  manyAtOnce,
  slowClients,
  clocksApart,
  diskFull,
];

/** The row of a scenario in the report: rows of the first S3 server do not name it. */
const rowOn = (server: string, name: string) => (server === Object.keys(s3Urls)[0] ? name : `${name} (${server})`);

const done = new Map<string, Outcome>();
const failed = new Set<string>();
for (const { name, run } of scenarios.filter(({ name }) => name.includes(values.only ?? ''))) {
  const began = performance.now();
  try {
    const outcome = await run(values.short ? 'short' : 'full');
    done.set(rowOn(s3Name, name), outcome);
    const { faults, acknowledged, longest, memory, note } = outcome;
    const seconds = Math.round((performance.now() - began) / 1000);
    process.stdout.write(
      `✔ ${name}: ${faults}; ${acknowledged} acknowledged, 0 lost; longest ${longest} s; ${memory.most} MiB, ${memory.slope} MiB/min${note ? `; ${note}` : ''} (${seconds} s)\n`,
    );
  } catch (error) {
    failed.add(rowOn(s3Name, name));
    process.stdout.write(`✘ ${name}: ${(error as Error).stack}\n`);
  }
}
if (values.write) {
  const names = scenarios.flatMap(({ name }) => Object.keys(s3Urls).map((server) => rowOn(server, name)));
  await writeReport(names, done, failed);
}
process.stdout.write(`${done.size} passed, ${failed.size} failed, 0 skipped\n`);
process.exit(failed.size > 0 ? 1 : 0);
