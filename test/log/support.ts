import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlyProcess } from '../../server/duty.ts';
import { keyDocuments } from '../../server/ledger/keys.ts';
import { KeptKeys } from '../../server/log/kept-keys.ts';
import { LogPublisher } from '../../server/log/publisher.ts';
import { logDocuments } from '../../server/log/reservation.ts';
import { installationDocuments } from '../../server/seal/installation-keys.ts';
import { encodeEntry, GENESIS_PREV, leafHash } from '../../signing/chain.ts';
import { createLogKeyPem, openLogKey } from '../../signing/checkpoint.ts';
import { SqliteDocumentStore } from '../../storage/documents/sqlite.ts';
import { SqliteLedgerStore } from '../../storage/ledger/sqlite.ts';
import { FilesystemEvidenceStore, FilesystemWorkStore } from '../../storage/objects/filesystem.ts';
import { SqliteDatabase } from '../../storage/sqlite/client.ts';

export const CHAIN = '019aaf3e-8c1b-7d52-9a40-0123456789ab';
export const key = openLogKey(
  'log.test',
  createLogKeyPem(() => Buffer.alloc(32, 3)),
);

/** A ledger with one chain and its publisher, on real stores in a folder of their own. */
export async function openLog(dir = mkdtempSync(join(tmpdir(), 'tiezheng-log-'))) {
  const database = await SqliteDatabase.open(dir);
  const ledgerStore = new SqliteLedgerStore(database);
  const documents = await SqliteDocumentStore.open(database, [
    ...logDocuments,
    ...keyDocuments,
    ...installationDocuments,
  ]);
  const evidence = new FilesystemEvidenceStore(join(dir, 'evidence'));
  const work = new FilesystemWorkStore(join(dir, 'work'));
  await Promise.all([evidence.prepare(), work.prepare()]);
  const keys = new KeptKeys({ ledgerStore, documents, work, master: 'test' });
  const alone = { duty: onlyProcess, shared: false, point: () => {} };
  const log = new LogPublisher({ ledgerStore, documents, evidence, work, key, keys, ...alone });
  const open = async () => await log.open(new Map([[CHAIN, await log.last(CHAIN)]]));
  await open();
  return {
    ...{ dir, ledgerStore, documents, evidence, work, log, open },
    append: (count: number, mark?: string) => append(ledgerStore, count, mark),
    close: () => database.close(),
    remove: async () => {
      await database.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Further entries of the chain, each of a stream of its own. */
async function append(store: SqliteLedgerStore, count: number, mark = ''): Promise<void> {
  const head = await store.head(CHAIN);
  let prev = head.hash ? Buffer.from(head.hash).toString('hex') : GENESIS_PREV;
  const entries = Array.from({ length: count }, (_, i) => {
    const seq = head.size + i;
    const stream = `note/${mark}${seq}`;
    const bytes = encodeEntry({
      ...{ v: 1, chain: CHAIN, seq, prev, time: '2026-01-01T00:00:00.000Z', stream, version: 1, key: '0'.repeat(64) },
      actor: { id: 'a', role: 'officer', via: 'session' },
      events: [{ type: 'note.written', v: 1, data: {} }],
    });
    const hash = leafHash(bytes);
    prev = Buffer.from(hash).toString('hex');
    return { chain: CHAIN, seq, stream, version: 1, hash, bytes, claims: [], releases: [] };
  });
  for (let at = 0; at < count; at += 5000) await store.append(entries.slice(at, at + 5000));
}
