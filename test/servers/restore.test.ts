import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { documentKinds } from '../../server/documents.ts';
import { placeOf } from '../../server/move/place.ts';
import { canonicalBytes } from '../../signing/canonical.ts';
import { MongoDocumentStore } from '../../storage/documents/mongo.ts';
import { MongoLedgerStore } from '../../storage/ledger/mongo.ts';
import { openMongo } from '../../storage/mongo/database.ts';
import { databases, mongoUrl } from '../contracts/mongo-server.ts';
import { engineOn, s3Server } from '../contracts/s3-objects.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { demandWhole, folderPlace, masterKeyIn, moved } from '../support/moving.ts';
import { startCommand, startServer, tiezheng } from '../support/process.ts';

if (mongoUrl && s3Server) {
  describe('restoring a lost database on servers', () => {
    const engine = engineOn(s3Server);
    const dir = mkdtempSync(join(tmpdir(), 'tiezheng-restore-'));
    let made: Installation;
    let keys: Record<string, string>;
    let settings: Record<string, string>;
    let heads: string[];
    let database: string;
    let objects: string;

    before(async () => {
      made = await makeInstallation();
      keys = masterKeyIn(made.dir);
      database = await databases.place();
      objects = await engine.place();
      settings = { DATABASE_URL: database, OBJECTS_URL: objects, OBJECT_LOCK: 'required', DATA_DIR: dir, ...keys };
      const servers = {
        args: (side: string) => [`--${side}`, database, `--${side}-objects`, objects],
        settings: { DATABASE_URL: database, OBJECTS_URL: objects, OBJECT_LOCK: 'required' },
      };
      heads = await moved(folderPlace(made.dir), servers, { ...keys, OBJECT_LOCK: 'required' });
    });

    after(async () => {
      await databases.discard(database);
      await engine.discard(objects);
      made.remove();
      rmSync(dir, { recursive: true });
    });

    /** The database, as the service would open it. */
    const reading = async <T>(use: (documents: MongoDocumentStore, ledger: MongoLedgerStore) => Promise<T>) => {
      const connection = await openMongo(database);
      try {
        const documents = await MongoDocumentStore.open(connection, documentKinds);
        return await use(documents, await MongoLedgerStore.open(connection));
      } finally {
        await connection.close();
      }
    };

    const viewsOf = () =>
      reading(async (documents) => {
        const lines: string[] = [];
        for (const { kind } of documentKinds.filter(({ sort }) => sort === 'view'))
          for await (const { id, chain, version, body } of documents.all(kind))
            lines.push(`${kind} ${id} ${chain} ${version} ${Buffer.from(canonicalBytes(body))}`);
        return lines.sort();
      });

    it('makes the same views and tree heads from the buckets, also when it was cut short', async () => {
      const views = await viewsOf();
      assert.ok(views.length > 10, String(views.length));
      const there = await tiezheng(['restore'], settings);
      assert.equal(there.code, 2);
      assert.match(there.err, /holds an installation/);
      await databases.discard(database);
      const lost = await startServer(dir, settings).ended;
      assert.equal(lost.code, 65, lost.err);
      assert.match(lost.err, /npx tiezheng restore/);

      const { child, ended } = startCommand(['restore'], settings);
      await reading(async (documents, ledger) => {
        while ((await ledger.chains()).length === 0) await sleep(5);
        assert.equal((await placeOf(documents))?.state, 'restoring');
      });
      child.kill('SIGKILL');
      assert.equal((await ended).signal, 'SIGKILL');
      const half = await startServer(dir, settings).ended;
      assert.equal(half.code, 75, half.err);
      assert.match(half.err, /run npx tiezheng restore again/);

      const { code, out, err } = await tiezheng(['restore', '--check'], settings);
      assert.equal(code, 0, out + err);
      assert.deepEqual(await viewsOf(), views);
      for (const line of heads) assert.match(out, new RegExp(`^  ${line.split('\t')[0]}\t`, 'm'));
      await demandWhole({ args: () => [], settings }, keys);

      const server = startServer(dir, settings);
      await server.origin;
      assert.equal((await tiezheng(['restore'], settings)).code, 75);
      await server.kill();
    });
  });
}
