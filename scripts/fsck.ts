import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPackages } from '../server/archive/check-packages.ts';
import { documentKinds } from '../server/documents.ts';
import { headFiles } from '../server/head-files.ts';
import { checkDocuments, checkLedger, type Finding } from '../server/ledger/fsck.ts';
import { checkObjects } from '../server/seal/check-objects.ts';
import type { ObjectInfo, ObjectStore } from '../storage/objects/object-store.ts';
import type { Command } from './command.ts';
import { openReadOnly } from './open-read-only.ts';
import { progressBar } from './progress.ts';

export const command: Command = {
  summary: { zh: '核验全部数据：链、签名头、视图、对象', en: 'Checks chains, signed heads, views and every object' },
  usage: 'npx tiezheng fsck [--json]\n\nExit codes: 0 all is well, 1 faults were found, 77 the master key is wrong.',
  besideServer: true,
  async run(args, env) {
    const json = args.includes('--json');
    let faults = 0;
    let notes = 0;
    const show = (finding: Finding) => {
      if (finding.grade === 'fault') faults += 1;
      else notes += 1;
      process.stdout.write(
        json
          ? `${JSON.stringify(finding)}\n`
          : `${finding.grade === 'fault' ? '✗' : '·'} ${finding.where}: ${finding.what}\n`,
      );
    };
    const summary = await check(env, show);
    if (!json) process.stdout.write(`${summary}; 问题 faults: ${faults}, 提示 notes: ${notes}\n`);
    return faults > 0 ? 1 : 0;
  },
};

/** Heads and object lists are read before the database's snapshot is taken: a live server only adds to them meanwhile. */
async function check(env: Record<string, string | undefined>, show: (finding: Finding) => void): Promise<string> {
  const opened = await openReadOnly(env, async (config, stores) => {
    const heads = await readHeads(join(config.DATA_DIR, 'heads'));
    return { heads, evidence: await listed(stores.evidence), work: await listed(stores.work) };
  });
  if (opened.damaged !== undefined) {
    show({ grade: 'fault', where: 'database tiezheng.db', what: opened.damaged });
    return 'the database cannot be opened (数据库无法打开)';
  }
  const { first, on, database, documents, evidence, work, close } = opened;
  const pass = async (bar: ReturnType<typeof progressBar>, findings: AsyncIterable<Finding>) => {
    for await (const finding of findings) {
      bar.end();
      show(finding);
    }
    bar.end();
  };
  try {
    for (const line of await database.integrity())
      if (line !== 'ok') show({ grade: 'fault', where: 'database tiezheng.db', what: line });
    let entries = 0;
    for (const chain of await on.store.chains()) entries += (await on.store.head(chain)).size;
    const chains = progressBar('ledger', entries);
    await guarded(show, 'ledger', () =>
      pass(
        chains,
        checkLedger({ ...on, heads: first.heads }, (n) => chains.add(n)),
      ),
    );
    await guarded(show, 'documents', () => pass(progressBar('documents', 1), checkDocuments(documents, documentKinds)));
    const bytes = first.evidence.reduce((sum, { size }) => sum + size, 0);
    const objects = progressBar('objects', bytes);
    await guarded(show, 'objects', () =>
      pass(
        objects,
        checkObjects({ documents, evidence }, first.evidence, (n) => objects.add(n)),
      ),
    );
    await guarded(show, 'packages', () => pass(progressBar('packages', 1), checkPackages(documents, work)));
    return `${entries} entries, ${first.evidence.length} objects, ${bytes} bytes`;
  } finally {
    await close();
  }
}

/** A part that cannot be checked at all is a fault of its own; the other parts are checked all the same. */
async function guarded(show: (finding: Finding) => void, where: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    show({ grade: 'fault', where, what: `cannot be checked: ${(error as Error).message}` });
  }
}

async function listed(store: ObjectStore): Promise<ObjectInfo[]> {
  const objects: ObjectInfo[] = [];
  for await (const object of store.list('')) objects.push(object);
  return objects;
}

async function readHeads(dir: string): Promise<Map<string, string>> {
  const heads = new Map<string, string>();
  const store = headFiles(dir);
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.startsWith('.')) heads.set(name, (await store.read(name)) ?? '');
  }
  return heads;
}
