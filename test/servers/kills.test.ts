import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { decodeEntry } from '../../signing/chain.ts';
import { databases, mongoUrl } from '../contracts/mongo-server.ts';
import { engineOn, s3Urls } from '../contracts/s3-objects.ts';
import { foundAgency } from '../support/agency.ts';
import { startApp } from '../support/app.ts';
import { type Answer, Client } from '../support/client.ts';
import { type ServerProcess, startServer } from '../support/process.ts';

const [s3] = Object.values(s3Urls);
const KILLS = Number(process.env.TEST_KILLS ?? 4);
const CLIENTS = 4;

if (mongoUrl && s3) {
  describe('processes killed under load', () => {
    it('lose nothing that was acknowledged, and do nothing twice', async function () {
      this.timeout(60_000 + KILLS * 20_000);
      const engine = engineOn(s3);
      const folder = mkdtempSync(join(tmpdir(), 'tiezheng-kills-'));
      const masterKey = join(folder, 'master.key');
      writeFileSync(masterKey, `${'5b'.repeat(32)}\n`);
      const settings = {
        DATABASE_URL: await databases.place(),
        OBJECTS_URL: await engine.place(),
        MASTER_KEY_FILE: masterKey,
      };
      const app = await startApp({ dataDir: join(folder, 'a'), config: settings });
      const agency = await foundAgency(app);
      const { client: admin } = await agency.person({ roles: ['sysadmin'] });
      const start = (name: string) => startServer(join(folder, name), { ...settings, LOG_LEVEL: 'info' });
      const killed: ServerProcess[] = [start('b'), start('c')];
      const origins = [app.origin, ...(await Promise.all(killed.map(({ origin }) => origin)))];

      const acknowledged = new Map<string, string>();
      let done = false;
      /** As a client does: the same key again, at whoever answers, until there is an answer. */
      const found = async (name: string) => {
        const key = randomUUID();
        for (let tried = 0; ; tried += 1) {
          const origin = origins[(tried + name.length) % origins.length] as string;
          const client = new Client(origin, admin.cookie);
          const answer = await client
            .post('/departments', { name }, { 'idempotency-key': key })
            .catch((): Answer | undefined => undefined);
          if (answer && answer.status < 300) return acknowledged.set(name, answer.body.id);
          assert.ok(tried < 400, `${name}: ${answer?.status} ${JSON.stringify(answer?.body)}`);
          await sleep(25);
        }
      };
      const load = Array.from({ length: CLIENTS }, async (_, client) => {
        for (let n = 0; !done; n += 1) await found(`科室 ${client}-${n}`);
      });
      for (let kill = 0; kill < KILLS; kill += 1) {
        await sleep(300 + Math.random() * 500);
        const which = kill % killed.length;
        await killed[which]?.kill('SIGKILL');
        killed[which] = start('bc'[which] as string);
        origins[which + 1] = await (killed[which] as ServerProcess).origin;
      }
      done = true;
      await Promise.all(load);
      await Promise.all(killed.map((each) => each.kill()));

      const entries = (await app.deps.ledgerStore.range(agency.id, 0, 99_999)).map(({ bytes }) => decodeEntry(bytes));
      assert.deepEqual(
        entries.map(({ seq }) => seq),
        [...entries.keys()],
      );
      const founded = entries.filter(({ events }) => events.some(({ type }) => type === 'department.founded'));
      assert.equal(founded.length, acknowledged.size);
      const streams = new Set(founded.map(({ stream }) => stream));
      for (const [name, id] of acknowledged) assert.ok(streams.has(`department/${id}`), name);
      await app.stop();
      const faults: string[] = [];
      await check({ ...settings, DATA_DIR: join(folder, 'a') }, ({ grade, where, what }) => {
        if (grade === 'fault') faults.push(`${where}: ${what}`);
      });
      assert.deepEqual(faults, []);
      await databases.discard(settings.DATABASE_URL);
      await engine.discard(settings.OBJECTS_URL);
      rmSync(folder, { recursive: true, force: true });
      process.stdout.write(`      ${KILLS} kills, ${acknowledged.size} acknowledged, 0 lost\n`);
    });
  });
}
