import assert from 'node:assert/strict';
import { check } from '../../scripts/fsck.ts';
import { readConfig } from '../../server/config.ts';
import { readDatabase } from '../../server/engines.ts';
import { decodeEntry } from '../../signing/chain.ts';
import type { House } from './house.ts';
import type { Load } from './load.ts';

const PAGE = 5000;

/**
 * Ends the processes, and throws unless everything that was acknowledged is there once and with its digest, nothing was answered that is no
 * answer, and all of fsck is clean: chains without gap or twin, views as their folds, every object under its lock and its digest.
 */
export async function demandNothingLost(house: House, load: Load): Promise<void> {
  await load.settle();
  await house.close();
  const unforeseen = load.unforeseen.map(({ body }) => house.logged(body.requestId) || JSON.stringify(body));
  assert.deepEqual(unforeseen, []);
  const faults: string[] = [];
  await check(house.settings, ({ grade, where, what }) => {
    if (grade === 'fault') faults.push(`${where}: ${what}`);
  });
  assert.deepEqual(faults, []);
  const streams = await streamsOf(house.settings, house.people.agency);
  const founded = streams.filter((stream) => stream.startsWith('department/'));
  // The house's own department is one more.
  assert.equal(founded.length, load.departments.size + 1, 'departments founded twice, or lost');
  const there = new Set(streams);
  for (const [name, id] of load.departments) assert.ok(there.has(`department/${id}`), `${name} is lost`);
  for (const id of load.records.keys()) assert.ok(there.has(`record/${id}`), `record ${id} is lost`);
}

/** The stream of each first entry, in order. */
async function streamsOf(settings: Record<string, string>, chain: string): Promise<string[]> {
  const { ledgerStore, closeDatabase } = await readDatabase(readConfig(settings));
  try {
    const streams: string[] = [];
    for (let seq = 0; ; ) {
      const page = await ledgerStore.range(chain, seq, PAGE);
      if (page.length === 0) return streams;
      for (const { bytes } of page) {
        const entry = decodeEntry(bytes);
        if (entry.version === 1) streams.push(entry.stream);
      }
      seq += page.length;
    }
  } finally {
    await closeDatabase();
  }
}
