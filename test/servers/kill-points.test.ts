import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { recordKind } from '../../server/records/events.ts';
import { mongoUrl } from '../contracts/mongo-server.ts';
import { s3Urls } from '../contracts/s3-objects.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { Client, must } from '../support/client.ts';
import { recordPoints } from '../support/kill-points.ts';
import { startServer } from '../support/process.ts';
import { placeOn, type ServerPlace } from '../support/server-place.ts';
import { begin, film, head, idOf, offsetOf, patch, placeOf, settled, sha256 } from '../support/uploads.ts';

const servers = Object.entries(s3Urls);

/** The points are dealt out to the servers in turn. */
if (mongoUrl)
  for (const [turn, [name, server]] of servers.entries()) {
    const points = recordPoints.filter((_, n) => n % servers.length === turn);

    describe(`a process on ${name} killed at a named point, and another that is there meanwhile`, () => {
      let its: ServerPlace;
      let settings: Record<string, string>;
      let agency: TestAgency;
      let bearer: string;
      let app: TestApp | undefined;
      const client = (origin: string) => Object.assign(new Client(origin), { bearer });

      before(async () => {
        its = await placeOn(server);
        settings = its.settings;
        app = await startApp({ dataDir: join(its.folder, 'founded'), config: settings });
        agency = await foundAgency(app);
        bearer = (await agency.dock(await agency.department())).client.bearer as string;
        await app.stop();
      });

      after(() => its.discard());

      for (const [n, point] of points.entries()) {
        it(`${point}: what was sent is sealed once, by whoever is left`, async () => {
          const bytes = film(9000 + n, 31 + n);
          const told = { filename: `${point}.mp4` };
          const key = { 'idempotency-key': point };
          const killed = startServer(join(its.folder, 'killed'), {
            ...settings,
            KILL_POINT: point,
            LOG_LEVEL: 'info',
          });
          const first = client(await killed.origin);
          let place = '';
          const send = async () => {
            place ||= placeOf(await begin(first, { length: bytes.length, told, headers: key }));
            must(await patch(first, place, 0, bytes), 204);
          };
          let dead = false;
          // A busy server may turn one away: who sends asks again as long as there is somebody to ask.
          const sent = (async () => {
            while (
              !dead &&
              !(await send()
                .then(() => true)
                .catch(() => false))
            )
              await sleep(200);
          })();
          const { signal, err } = await killed.ended;
          dead = true;
          await sent;
          assert.equal(signal, 'SIGKILL', `${point} was not reached: ${err}`);
          app = await startApp({ dataDir: join(its.folder, 'left'), config: settings });
          try {
            const dock = client(app.origin);
            place ||= placeOf(await begin(dock, { length: bytes.length, told, headers: key }));
            const path = new URL(place, app.origin).pathname;
            const asked = await head(dock, path);
            const offset = offsetOf(asked);
            if (offset < bytes.length) must(await patch(dock, path, offset, bytes.subarray(offset)), 204);
            const record = await settled({ app, id: agency.id }, idOf(path));
            assert.deepEqual([record.state, record.object?.sha256], ['sealed', sha256(bytes)]);
            const history = await app.deps.ledger.history(recordKind, agency.id, record.id);
            const types = history.flatMap(({ events }) => events.map(({ type }) => type));
            assert.deepEqual(types, ['record.received', 'record.sealed']);
          } finally {
            await app.stop();
          }
        });
      }

      it('leave nothing that fsck finds fault with', async () => {
        const found: string[] = [];
        await check({ ...settings, DATA_DIR: join(its.folder, 'left') }, ({ grade, where, what }) => {
          if (grade === 'fault') found.push(`${where}: ${what}`);
        });
        assert.deepEqual(found, []);
      });
    });
  }
