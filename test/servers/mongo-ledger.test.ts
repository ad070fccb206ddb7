import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import type { Connection } from 'mongoose';
import { MongoLedgerStore } from '../../storage/ledger/mongo.ts';
import { rowOf } from '../../storage/ledger/mongo-fitting.ts';
import { openMongo } from '../../storage/mongo/database.ts';
import { FIRST_VERSION, MIGRATIONS } from '../../storage/mongo/schema.ts';
import { entryOf } from '../contracts/ledger-store.ts';
import { databases, mongoUrl } from '../contracts/mongo-server.ts';
import { s3Urls } from '../contracts/s3-objects.ts';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.ts';
import { startServer } from '../support/process.ts';

type Use = (store: MongoLedgerStore, more: { connection: Connection; place: string }) => Promise<void>;

const run =
  (use: Use, options = '') =>
  async () => {
    const place = await databases.place();
    const connection = await openMongo(place + options);
    try {
      await use(await MongoLedgerStore.open(connection), { connection, place });
    } finally {
      await connection.close();
      await databases.discard(place);
    }
  };

const entries = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => entryOf('a', from + index));

/** The server's test command `failCommand`: so many inserts meet a closed connection. */
const failInserts = (connection: Connection, times: number) =>
  connection
    .getClient()
    .db('admin')
    .command({
      configureFailPoint: 'failCommand',
      mode: { times },
      data: { failCommands: ['insert'], closeConnection: true },
    });

/** A migration that notes, once, at which version of the schema it was run. */
const set = (step: number) => async (connection: Connection) => {
  const found = await connection.collection<{ _id: string; version: number }>('schema').findOne({ _id: 'schema' });
  const first = { $setOnInsert: { schema: found?.version } };
  await connection.collection<{ _id: number }>('steps').updateOne({ _id: step }, first, { upsert: true });
};

/** A store whose connection goes through a proxy. */
async function behindProxy(place: string, use: (store: MongoLedgerStore, proxy: CuttingProxy) => Promise<void>) {
  const url = new URL(place);
  const proxy = await startCuttingProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  const connection = await openMongo(url.href);
  try {
    await use(await MongoLedgerStore.open(connection), proxy);
  } finally {
    await connection.close();
    await proxy.close();
  }
}

if (mongoUrl) {
  describe('safety rules of the ledger on MongoDB', () => {
    it(
      'reads back an append whose answer was lost, and writes nothing twice',
      run(async (store, { place }) => {
        await store.append(entries(0, 2));
        await behindProxy(place, async (distant, proxy) => {
          proxy.swallowAnswerTo('insert');
          assert.deepEqual(await distant.append(entries(2, 7)), { inserted: 5 });
          assert.equal(proxy.swallowed(), 1);
        });
        assert.deepEqual(
          (await store.range('a', 0, 99)).map(({ seq }) => seq),
          [0, 1, 2, 3, 4, 5, 6],
        );
      }),
    );

    it(
      'does not take other bytes at the same seqs for its own',
      run(async (store, { connection, place }) => {
        await store.append(entries(0, 1));
        const other = await openMongo(place);
        const quick = await MongoLedgerStore.open(other);
        await failInserts(connection, 1);
        const slow = store.append(entries(1, 4));
        await sleep(100);
        const theirs = entryOf('a', 1, { bytes: Buffer.from('theirs') });
        assert.deepEqual(await quick.append([theirs]), { inserted: 1 });
        const { inserted, conflict } = await slow;
        assert.equal(inserted, 0);
        // By the place or, when it looks only afterwards, by the stream's version.
        assert.ok(conflict);
        assert.equal((await store.head('a')).size, 2);
        await other.close();
      }),
    );

    it(
      'tries again while the server closes connections',
      run(async (store, { connection }) => {
        await failInserts(connection, 2);
        assert.deepEqual(await store.append(entries(0, 3)), { inserted: 3 });
        assert.equal((await store.head('a')).size, 3);
      }),
    );

    it(
      'keeps every prefix valid when two processes append batches to one chain',
      run(async (store, { place }) => {
        const connection = await openMongo(place);
        const stores = [store, await MongoLedgerStore.open(connection)];
        const writers = stores.map(async (own, writer) => {
          for (let done = 0; done < 60; ) {
            const { size } = await own.head('a');
            const batch = [0, 1, 2].map((step) =>
              entryOf('a', size + step, { stream: `w/${writer}`, version: done + step + 1 }),
            );
            done += (await own.append(batch)).inserted;
          }
        });
        await Promise.all(writers);
        await connection.close();
        const all = await store.range('a', 0, 999);
        assert.deepEqual(
          all.map(({ seq }) => seq),
          [...all.keys()],
        );
        for (const writer of [0, 1]) {
          const versions = (await store.stream('a', `w/${writer}`)).map(({ version }) => version);
          assert.deepEqual(
            versions,
            [...versions.keys()].map((each) => each + 1),
          );
        }
      }),
    );

    it(
      'carries out releases that a crash left behind, once',
      run(async (store, { connection }) => {
        await store.append([entryOf('a', 0, { claims: ['x', 'y'] }), entryOf('a', 1, { claims: ['z'] })]);
        const cut = rowOf(entryOf('a', 2, { releases: ['x', 'z'], claims: ['x', 'new'] }));
        await connection.model('entry').insertMany([cut], { lean: true });
        const taken = await store.append([entryOf('a', 3, { claims: ['x'] })]);
        assert.deepEqual(taken, { inserted: 0, conflict: { kind: 'claim', claim: 'x', seq: 2 } });
        assert.deepEqual(await store.append([entryOf('a', 3, { claims: ['z'] })]), { inserted: 1 });
        for (const [claim, seq] of [
          ['x', 2],
          ['y', 0],
          ['z', 3],
          ['new', 2],
        ] as const) {
          assert.equal(await store.claim('a', claim), seq);
        }
      }),
    );

    it(
      'writes to a majority with its journal and reads from one, whatever the address says',
      run(async (store, { connection }) => {
        const seen: Record<string, unknown>[] = [];
        connection.getClient().on('commandStarted', ({ command }) => seen.push(command));
        await store.append([entryOf('a', 0, { claims: ['c'] }), entryOf('a', 1, { releases: ['c'] })]);
        await Promise.all([store.head('a'), store.stream('a', 's/0'), store.streamVersions('a', ['s/0', 's/1'])]);
        const writes = seen.filter((command) => 'insert' in command || 'update' in command);
        const reads = seen.filter((command) => 'find' in command || 'aggregate' in command);
        assert.ok(writes.length >= 3 && reads.length >= 8);
        for (const { writeConcern } of writes) {
          assert.deepEqual({ ...(writeConcern as object), wtimeout: 0 }, { w: 'majority', j: true, wtimeout: 0 });
        }
        for (const { readConcern } of reads) assert.equal((readConcern as { level: string }).level, 'majority');
      }, '&monitorCommands=true&w=0&readConcernLevel=local&readPreference=secondary'),
    );

    it('is brought forward by each migration in order, two processes at once, and refused by an older program', async () => {
      const place = await databases.place();
      const connection = await openMongo(place);
      const newest = [...MIGRATIONS, ...[1, 2].map((step) => set(step))];
      await assert.rejects(openMongo(place, { readOnly: true }, newest), { name: 'SchemaTooOld' });
      const opened = await Promise.all([openMongo(place, {}, newest), openMongo(place, {}, newest)]);
      const steps = await connection.collection('steps').find().sort({ _id: 1 }).toArray();
      assert.deepEqual(steps, [
        { _id: 1, schema: FIRST_VERSION + MIGRATIONS.length },
        { _id: 2, schema: FIRST_VERSION + MIGRATIONS.length + 1 },
      ]);
      for (const readOnly of [true, false])
        await assert.rejects(openMongo(place, { readOnly }), { name: 'SchemaTooNew' });
      const settings = { DATABASE_URL: place, OBJECTS_URL: new URL('/none', Object.values(s3Urls)[0]).href };
      const { code, err } = await startServer(join(tmpdir(), randomUUID()), settings).ended;
      assert.equal(code, 76, err);
      assert.match(err, /use the newer program/);
      await connection.dropDatabase();
      for (const each of [connection, ...opened]) await each.close();
    });
  });
}
