import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { verify } from '../../scripts/verify.ts';
import { openMongo } from '../../storage/mongo/database.ts';
import { databases, mongoUrl } from '../contracts/mongo-server.ts';
import { engineOn, s3Server } from '../contracts/s3-objects.ts';
import { Client, must } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { demandWhole, folderPlace, masterKeyIn, moved, type TestPlace } from '../support/moving.ts';
import { startCommand, startServer, tiezheng } from '../support/process.ts';
import { begun, film, head, offsetOf, patch } from '../support/uploads.ts';

if (mongoUrl && s3Server) {
  describe('moving an installation onto servers', () => {
    const engine = engineOn(s3Server);
    const secrets = mkdtempSync(join(tmpdir(), 'tiezheng-move-'));
    let made: Installation;
    let servers: TestPlace;
    let database: string;
    let objects: string;

    before(async () => {
      made = await makeInstallation();
      database = await databases.place();
      objects = await engine.place();
      writeFileSync(join(secrets, 'objects'), `${objects}\n`);
      servers = {
        args: (side) => [`--${side}`, database, `--${side}-objects`, `@${join(secrets, 'objects')}`],
        settings: { DATABASE_URL: database, OBJECTS_URL: objects, OBJECT_LOCK: 'required' },
      };
    });

    after(async () => {
      await databases.discard(database);
      await engine.discard(objects);
      made.remove();
      rmSync(secrets, { recursive: true });
    });

    /** What a reader is told of a record, and whether its receipt verifies there. */
    const answersOf = async (origin: string) => {
      const [clerk, dock] = [new Client(origin, made.cookie), new Client(origin)];
      dock.bearer = made.bearer;
      const answers = [];
      for (const path of [`/records/${made.records.film}`, `/records/${made.records.document}`, '/records'])
        answers.push(must(await clerk.get(path)));
      for (const [name, response] of [
        ['receipt.zip', await dock.fetch('GET', `/records/${made.records.film}/receipt`)],
        ['ca.pem', await clerk.fetch('GET', '/trust/ca.pem')],
      ] as const) {
        assert.equal(response.status, 200, name);
        writeFileSync(join(secrets, name), new Uint8Array(await response.arrayBuffer()));
      }
      const trust = join(secrets, 'ca.pem');
      assert.equal(await verify(join(secrets, 'receipt.zip'), { trust }, true, () => {}), 0);
      return answers;
    };

    it('there and back: locked there, the same tree heads, an upload that goes on', async () => {
      const home = made.copy();
      const keys = masterKeyIn(home);
      const bytes = film(60_000, 9);
      const first = startServer(home);
      const dock = new Client(await first.origin);
      dock.bearer = made.bearer;
      const upload = await begun(dock, { length: bytes.length });
      await patch(dock, upload, 0, bytes.subarray(0, 25_000));
      const answers = await answersOf(dock.origin);
      await first.kill();

      const locked = { ...keys, OBJECT_LOCK: 'required' };
      const cut = startCommand(['move', ...folderPlace(home).args('from'), ...servers.args('to')], locked);
      const connection = await openMongo(database);
      const entries = connection.collection<{ chain: string; seq: number; bytes: Buffer }>('entries');
      while ((await entries.countDocuments()) === 0) await sleep(10);
      cut.child.kill('SIGKILL');
      assert.equal((await cut.ended).signal, 'SIGKILL');
      const servedThere = () => startServer(join(secrets, 'data'), { ...servers.settings, ...keys });
      for (const server of [startServer(home), servedThere()])
        assert.match((await server.ended).err, /run npx tiezheng move again/);
      const there = await moved(folderPlace(home), servers, locked);
      await demandWhole(servers, keys);
      assert.equal((await startServer(home).ended).code, 75);
      const other = made.copy();
      const onto = await tiezheng(
        ['move', ...folderPlace(other).args('from'), ...servers.args('to')],
        masterKeyIn(other),
      );
      assert.equal(onto.code, 1);
      assert.match(onto.err, /installation of its own/);

      // Parts that are not whole cannot be read back out of a bucket.
      const early = await tiezheng(['move', ...servers.args('from'), ...folderPlace(home).args('to')], keys);
      assert.equal(early.code, 1);
      assert.match(early.err, /1 uploads are not whole/);

      const second = servedThere();
      const beside = new Client(await second.origin);
      beside.bearer = made.bearer;
      const served = await tiezheng(['move', ...servers.args('from'), ...folderPlace(home).args('to')], keys);
      assert.equal(served.code, 1);
      assert.match(served.err, /a service runs on it/);
      assert.equal(offsetOf(await head(beside, upload)), 25_000);
      assert.ok((await patch(beside, upload, 25_000, bytes.subarray(25_000))).headers.get('tiezheng-record'));
      await second.kill();

      const entry = await entries.findOne({ chain: made.agency, seq: 3 });
      const right = Buffer.from(entry!.bytes);
      const flipped = Buffer.from(right);
      flipped[40]! ^= 1;
      await entries.updateOne({ chain: made.agency, seq: 3 }, { $set: { bytes: flipped } });
      const damaged = await tiezheng(['move', ...servers.args('from'), ...folderPlace(home).args('to')], keys);
      assert.equal(damaged.code, 1);
      assert.match(damaged.err, new RegExp(`entry ${made.agency}#3 does not have the hash`));
      await entries.updateOne({ chain: made.agency, seq: 3 }, { $set: { bytes: right } });
      await connection.close();

      const back = await moved(servers, folderPlace(home), keys);
      assert.equal(back.length, there.length);
      await demandWhole(folderPlace(home), keys);
      const again = await moved(folderPlace(home), servers, locked);
      assert.deepEqual(again, back);
      await demandWhole(servers, keys);
      const third = servedThere();
      const [sealed, document, list] = await answersOf(await third.origin);
      assert.deepEqual([sealed, document], answers.slice(0, 2));
      // The upload that went on there became a record.
      assert.equal(list.items.length, answers[2].items.length + 1);
      await third.kill();
    });
  });
}
