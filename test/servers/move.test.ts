import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { databases, mongoUrl } from '../contracts/mongo-server.ts';
import { engineOn, s3Urls } from '../contracts/s3-objects.ts';
import { Client, must } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { demandWhole, folderPlace, masterKeyIn, moved, type TestPlace } from '../support/moving.ts';
import { startServer, tiezheng } from '../support/process.ts';
import { begun, film, head, offsetOf, patch } from '../support/uploads.ts';

const [s3] = Object.values(s3Urls);

if (mongoUrl && s3) {
  describe('moving an installation onto servers', () => {
    const engine = engineOn(s3);
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

    it('there and back: locked there, the same tree heads, an upload that goes on', async () => {
      const home = made.copy();
      const keys = masterKeyIn(home);
      const bytes = film(60_000, 9);
      const first = startServer(home);
      const dock = new Client(await first.origin);
      dock.bearer = made.bearer;
      const upload = await begun(dock, { length: bytes.length });
      await patch(dock, upload, 0, bytes.subarray(0, 25_000));
      await first.kill();

      const locked = { ...keys, OBJECT_LOCK: 'required' };
      const there = await moved(folderPlace(home), servers, locked);
      await demandWhole(servers, keys);
      assert.equal((await startServer(home).ended).code, 75);

      // Parts that are not whole cannot be read back out of a bucket.
      const early = await tiezheng(['move', ...servers.args('from'), ...folderPlace(home).args('to')], keys);
      assert.equal(early.code, 1);
      assert.match(early.err, /1 uploads are not whole/);

      const second = startServer(join(secrets, 'data'), { ...servers.settings, ...keys });
      const beside = new Client(await second.origin);
      beside.bearer = made.bearer;
      const served = await tiezheng(['move', ...servers.args('from'), ...folderPlace(home).args('to')], keys);
      assert.equal(served.code, 1);
      assert.match(served.err, /a service runs on it/);
      assert.equal(offsetOf(await head(beside, upload)), 25_000);
      assert.ok((await patch(beside, upload, 25_000, bytes.subarray(25_000))).headers.get('tiezheng-record'));
      await second.kill();

      const back = await moved(servers, folderPlace(home), keys);
      assert.equal(back.length, there.length);
      await demandWhole(folderPlace(home), keys);
      const again = await moved(folderPlace(home), servers, locked);
      assert.deepEqual(again, back);
      await demandWhole(servers, keys);
      const third = startServer(join(secrets, 'data'), { ...servers.settings, ...keys });
      const clerk = new Client(await third.origin, made.cookie);
      assert.equal(must(await clerk.send('GET', `/records/${made.records.film}`)).state, 'sealed');
      await third.kill();
    });
  });
}
