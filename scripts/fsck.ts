import { checkPackages } from '../server/archive/check-packages.ts';
import { documentKinds } from '../server/documents.ts';
import { checkEntryIndex } from '../server/ledger/check-entry-index.ts';
import type { Finding } from '../server/ledger/finding.ts';
import { checkDocuments, checkLedger } from '../server/ledger/fsck.ts';
import type { HeadStore } from '../server/ledger/heads.ts';
import { checkKeys } from '../server/log/check-keys.ts';
import { checkLogs } from '../server/log/check-log.ts';
import { LogStore } from '../server/log/log-store.ts';
import { policySet } from '../server/policy/policy-set.ts';
import { checkLocks } from '../server/seal/check-locks.ts';
import { checkObjects } from '../server/seal/check-objects.ts';
import { rulesOf } from '../server/seal/keeping.ts';
import { openCheckpoint } from '../signing/checkpoint.ts';
import type { ObjectInfo, ObjectStore } from '../storage/objects/object-store.ts';
import type { Command } from './command.ts';
import { openReadOnly } from './open-read-only.ts';
import { progressBar } from './progress.ts';

type Show = (finding: Finding) => void;

export const command: Command = {
  summary: {
    zh: '核验全部数据：链、签名头、视图、对象、日志',
    en: 'Checks chains, signed heads, views, every object and the logs',
  },
  usage: 'npx tiezheng fsck [--json]\n\nExit codes: 0 all is well, 1 faults were found.',
  besideServer: true,
  async run(args, env) {
    const json = args.includes('--json');
    const line = ({ grade, where, what }: Finding) => `${grade === 'fault' ? '✗' : '·'} ${where}: ${what}`;
    const { summary, faults, notes } = await check(env, (finding) =>
      process.stdout.write(`${json ? JSON.stringify(finding) : line(finding)}\n`),
    );
    if (!json) process.stdout.write(`${summary}; 问题 faults: ${faults}, 提示 notes: ${notes}\n`);
    return faults > 0 ? 1 : 0;
  },
};

/** Checks an installation, reading only; every finding is shown as it is found. Throws ConfigFaults. */
export async function check(env: Record<string, string | undefined>, show: Show) {
  let [faults, notes] = [0, 0];
  const tell = (finding: Finding) => {
    if (finding.grade === 'fault') faults += 1;
    else notes += 1;
    show(finding);
  };
  const summary = await checkAll(env, tell);
  return { summary, faults, notes };
}

/** Heads and object lists are read before the database's snapshot is taken: a live server only adds to them meanwhile. */
async function checkAll(env: Record<string, string | undefined>, show: Show): Promise<string> {
  const opened = await openReadOnly(env, async (config, objects) => {
    const { evidence, work, locked, headStore } = objects;
    await guarded(show, 'locks', () => objects.recogniseLocks());
    const heads = await readHeads(headStore);
    const latest = await readLatest(heads.keys(), new LogStore(evidence, work));
    return { config, heads, latest, locked, objects: await listed(evidence, show) };
  });
  const { first, findings, evidence, work, on, close } = opened;
  for (const finding of findings) show(finding);
  if (!on) return 'the database cannot be opened (数据库无法打开)';
  const { database, documents, where } = on;
  let entries = 0;
  const part = async (name: string, total: number, make: (add: (n: number) => void) => AsyncIterable<Finding>) => {
    const bar = progressBar(name, total);
    await guarded(show, name, async () => {
      for await (const finding of make((n) => bar.add(n))) {
        bar.end();
        show(finding);
      }
    });
    bar.end();
  };
  try {
    await guarded(show, where, async () => {
      for (const line of await database.integrity()) if (line !== 'ok') show({ grade: 'fault', where, what: line });
    });
    await guarded(show, 'ledger', async () => {
      for (const chain of await on.store.chains()) entries += (await on.store.head(chain)).size;
    });
    await part('ledger', entries, (add) => checkLedger({ ...on, heads: first.heads }, add));
    await part('entry index', 1, () => checkEntryIndex(on.store, documents));
    await part('documents', 1, () => checkDocuments(documents, documentKinds));
    const bytes = first.objects.reduce((sum, { size }) => sum + size, 0);
    await part('objects', bytes, (add) =>
      checkObjects({ documents, evidence, now: () => new Date() }, first.objects, add),
    );
    await part('locks', 1, async function* () {
      const rules = rulesOf({ documents, policy: policySet, config: first.config });
      yield* checkLocks(first.locked, first.objects, rules, await on.store.chains());
    });
    const logs = { store: on.store, evidence, work, verifier: on.verifier, latest: first.latest };
    await part('log', 1, () => checkLogs(logs, first.objects));
    const published = sizesOf(first.latest, on.verifier);
    await part('keys', 1, () => checkKeys({ store: on.store, documents, work }, published));
    await part('packages', 1, () => checkPackages(documents, work));
    return `${entries} entries, ${first.objects.length} objects, ${bytes} bytes`;
  } finally {
    await close();
  }
}

/** A part that cannot be checked at all is a fault of its own; the other parts are checked all the same. */
async function guarded(show: Show, where: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    show({ grade: 'fault', where, what: `cannot be checked: ${(error as Error).message}` });
  }
}

async function listed(store: ObjectStore, show: Show): Promise<ObjectInfo[]> {
  const objects: ObjectInfo[] = [];
  await guarded(show, 'objects', async () => {
    for await (const object of store.list('')) objects.push(object);
  });
  return objects;
}

async function readHeads(store: HeadStore): Promise<Map<string, string>> {
  const heads = new Map<string, string>();
  for (const chain of await store.chains()) heads.set(chain, (await store.read(chain).catch(() => '')) ?? '');
  return heads;
}

/** A chain whose name is no log's has none; what cannot be read is none to trust. */
async function readLatest(chains: Iterable<string>, logs: LogStore): Promise<Map<string, string>> {
  const notes = new Map<string, string>();
  for (const chain of chains) {
    const note = await logs.latest(chain).catch(() => '');
    if (note !== undefined) notes.set(chain, note);
  }
  return notes;
}

/** Sizes of checkpoints; those that cannot be read are named by the check of the logs. */
function sizesOf(latest: ReadonlyMap<string, string>, verifier: string | undefined): Map<string, number> {
  const sizes = new Map<string, number>();
  if (verifier === undefined) return sizes;
  for (const [chain, note] of latest) {
    try {
      sizes.set(chain, openCheckpoint(note, verifier, chain).size);
    } catch {}
  }
  return sizes;
}
