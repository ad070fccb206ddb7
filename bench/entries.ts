import { join } from 'node:path';
import { BLOCK, blockDocuments, term, type Wanted } from '../server/ledger/entry-blocks.ts';
import { EntryIndex } from '../server/ledger/entry-index.ts';
import { viewDocuments } from '../server/ledger/views.ts';
import { encodeEntry, GENESIS_PREV, leafHash } from '../signing/chain.ts';
import { SqliteDocumentStore } from '../storage/documents/sqlite.ts';
import type { StoredEntry } from '../storage/ledger/ledger-store.ts';
import { SqliteLedgerStore } from '../storage/ledger/sqlite.ts';
import { SqliteDatabase } from '../storage/sqlite/client.ts';
import { since } from './report.ts';

const CHAIN = '0196a000-0000-7000-8000-000000000001';
const BATCH = 1000;
const PEOPLE = 200;
/** One of so many entries is of the record that is looked for: they lie far apart. */
const SELDOM = 50_000;
const FIRST_PAGE = { from: 0, to: Number.MAX_SAFE_INTEGER, descending: true, limit: 50 };

export interface Indexed {
  /** Entries a second that the index is made of. */
  made: number;
  /** Milliseconds of a first page: of one person, of one record, of one person's one kind of event in the oldest tenth. */
  person: number;
  record: number;
  old: number;
}

/** The index of entries over a ledger of `count` entries in an embedded database. */
export async function indexedEntries(folder: string, count: number): Promise<Indexed> {
  const database = await SqliteDatabase.open(join(folder, 'entries'));
  try {
    const store = new SqliteLedgerStore(database);
    const documents = await SqliteDocumentStore.open(database, [...viewDocuments, ...blockDocuments]);
    await fill(store, count);
    const index = new EntryIndex(store, documents);
    await index.open();
    const seconds = await timed(() => index.grow(CHAIN));
    const page = async (wanted: Wanted, to = FIRST_PAGE.to) =>
      1000 * (await timed(() => index.find(CHAIN, { ...FIRST_PAGE, wanted, to })));
    return {
      made: (Math.floor(count / BLOCK) * BLOCK) / seconds,
      person: await page([[term.actor(idOf('a', 7))]]),
      record: await page([[term.names(idOf('f', 0))]]),
      old: await page([[term.actor(idOf('a', 7))], [term.type('record.received')]], Math.floor(count / 10)),
    };
  } finally {
    await database.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return since(began);
}

async function fill(store: SqliteLedgerStore, count: number): Promise<void> {
  let prev = GENESIS_PREV;
  for (let from = 0; from < count; from += BATCH) {
    const entries: StoredEntry[] = [];
    for (let seq = from; seq < Math.min(count, from + BATCH); seq++) {
      const id = seq % SELDOM === 0 ? idOf('f', 0) : idOf('8', seq);
      const stream = `record/${idOf('8', seq)}`;
      const bytes = encodeEntry({
        ...{ v: 1, chain: CHAIN, seq, prev, time: '2026-01-01T00:00:00.000Z', stream, version: 1, key: '0'.repeat(64) },
        actor: { id: idOf('a', seq % PEOPLE), role: 'officer', via: 'session' },
        events: [
          { type: 'record.received', v: 1, data: { size: seq, duplicateOf: id, title: { enc: 'a'.repeat(80) } } },
        ],
      });
      const hash = leafHash(bytes);
      prev = Buffer.from(hash).toString('hex');
      entries.push({ chain: CHAIN, seq, stream, version: 1, hash, bytes, claims: [], releases: [] });
    }
    await store.append(entries);
  }
}

const idOf = (kind: string, number: number) => `0196a000-0000-7000-${kind}000-${String(number).padStart(12, '0')}`;
