import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { type DepartmentEvent, departmentKind } from '../../server/access/department.ts';
import { findViews } from '../../server/ledger/find-views.ts';
import { decodeEntry } from '../../signing/chain.ts';
import { manifestKey, originalKey } from '../../storage/objects/layout.ts';
import type { ObjectInfo } from '../../storage/objects/object-store.ts';
import { parseS3Url, s3Client } from '../../storage/objects/s3-address.ts';
import { S3Bucket } from '../../storage/objects/s3-bucket.ts';
import { minioClient } from '../../storage/objects/s3-provision.ts';
import { collect } from '../contracts/engine.ts';
import { databases, mongoUrl } from '../contracts/mongo-server.ts';
import { engineOn, s3Server } from '../contracts/s3-objects.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { type AppOptions, Clock, startApp, type TestApp } from '../support/app.ts';
import { Client, must, refused } from '../support/client.ts';
import { begun, film, head, idOf, offsetOf, patch, settled } from '../support/uploads.ts';

if (mongoUrl && s3Server) {
  describe('several services on one database and one object store', () => {
    const engine = engineOn(s3Server);
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-several-'));
    const masterKey = join(folder, 'master.key');
    let config: Record<string, string>;
    let apps: TestApp[] = [];
    let agency: TestAgency;
    const start = async (name: string, options: AppOptions = {}) => {
      const app = await startApp({ dataDir: join(folder, name), config, ...options });
      apps.push(app);
      return app;
    };
    const at = (index: number, { cookie }: Client) => new Client((apps[index] as TestApp).origin, cookie);

    before(async () => {
      writeFileSync(masterKey, `${'5a'.repeat(32)}\n`);
      config = {
        DATABASE_URL: await databases.place(),
        OBJECTS_URL: await engine.place(),
        MASTER_KEY_FILE: masterKey,
        OBJECT_LOCK: 'required',
      };
      agency = await foundAgency(await start('a'));
      const clock = new Clock();
      clock.advance(-300_000);
      await start('b', { clock });
      await start('c');
    });

    after(async () => {
      for (const app of apps) await app.stop();
      apps = [];
      await databases.discard(config.DATABASE_URL as string);
      await engine.discard(config.OBJECTS_URL as string);
      rmSync(folder, { recursive: true, force: true });
    });

    it('append to one chain at once: no gap, no place taken twice, no time that goes back', async () => {
      const made = await Promise.all(
        apps.map(async ({ deps }, index) => {
          const names = Array.from({ length: 25 }, (_, i) => `科${index}-${i}`);
          const system = { id: 'test', role: 'system', via: 'system' as const };
          await Promise.all(
            names.map((name) =>
              deps.ledger.execute(departmentKind, agency.id, deps.newId(), system, (): DepartmentEvent[] => [
                { type: 'department.founded', data: { name } },
              ]),
            ),
          );
          return names;
        }),
      );
      const [one, other] = apps as [TestApp, TestApp];
      const entries = (await one.deps.ledgerStore.range(agency.id, 0, 9999)).map(({ bytes }) => decodeEntry(bytes));
      assert.deepEqual(
        entries.map(({ seq }) => seq),
        [...entries.keys()],
      );
      const times = entries.map(({ time }) => time);
      assert.deepEqual(times, times.toSorted());
      const found = await findViews(other.deps, departmentKind, { chain: agency.id, limit: 200 });
      const names = new Set(found.items.map(({ name }) => name));
      for (const name of made.flat()) assert.ok(names.has(name), name);
    });

    it('answer who wrote on another with what he wrote, when he carries its position', async () => {
      const { client } = await agency.person({ roles: ['sysadmin'] });
      for (let i = 0; i < 9; i += 1) {
        const name = `接续${i}`;
        const written = await at(i % 3, client).post('/departments', { name });
        const headers = { 'tiezheng-position': written.headers.get('tiezheng-position') ?? '' };
        const { items } = must(await at((i + 1) % 3, client).get('/departments?limit=200', headers));
        assert.ok(
          items.some((item: { name: string }) => item.name === name),
          name,
        );
      }
    });

    it('fold what one of them left that died between its entry and its view', async () => {
      const [one, other] = apps as [TestApp, TestApp];
      const { client } = await agency.person({ roles: ['sysadmin'] });
      const { id } = must(await at(0, client).post('/departments', { name: '遗留' }), 201);
      const whole = await one.deps.documents.get('department', id);
      await one.deps.documents.delete('department', [id]);
      const deadline = performance.now() + 20_000;
      while (!(await other.deps.documents.get('department', id)) && performance.now() < deadline) await sleep(100);
      assert.deepEqual(await other.deps.documents.get('department', id), whole);
    });

    it('take the next part of an upload, whichever is asked, and seal it once', async () => {
      const department = await agency.department('执法大队');
      const officer = await agency.person({ roles: ['officer'], departments: [department] });
      const bytes = film(40_000_000);
      const place = await begun(officer.client, { length: bytes.length });
      const path = new URL(place, officer.client.origin).pathname;
      for (const [index, [from, to]] of [
        [0, 1_000_000],
        [1_000_000, 20_000_000],
        [20_000_000, 20_000_001],
        [20_000_001, 40_000_000],
      ].entries()) {
        const client = at(index % 3, officer.client);
        assert.equal(offsetOf(await head(client, path)), from);
        must(await patch(client, path, from as number, bytes.subarray(from, to)), 204);
      }
      const record = await settled(agency, idOf(path));
      assert.equal(record.state, 'sealed');
      const events = (await (apps[1] as TestApp).deps.ledgerStore.stream(agency.id, `record/${record.id}`))
        .flatMap((entry) => decodeEntry(entry.bytes).events)
        .map(({ type }) => type);
      assert.equal(events.filter((type) => type === 'record.sealed').length, 1);
      const address = parseS3Url(config.OBJECTS_URL as string);
      const other = minioClient(address);
      for (const key of [
        originalKey(agency.id, record.object?.sha256 ?? ''),
        manifestKey(agency.id, record.manifest?.sha256 ?? ''),
      ]) {
        const lock = (await other.getObjectRetention(address.evidence, key)) as { retainUntilDate: string };
        assert.ok(Date.parse(lock.retainUntilDate) > Date.now() + 170 * 86_400_000, key);
      }
      const receipts = [0, 1, 2].map((index) => at(index, officer.client).get(`/records/${record.id}/receipt`));
      for (const receipt of await Promise.all(receipts)) assert.equal(receipt.status, 200);
    });

    it('know of a suspension within two seconds', async () => {
      const [department, admin] = [await agency.department(), await agency.person({ roles: ['secadmin'] })];
      const officer = await agency.person({ roles: ['officer'], departments: [department] });
      must(await at(1, officer.client).get('/session'));
      must(await admin.client.post(`/people/${officer.id}/suspend`, { reason: '调离岗位' }));
      const end = Date.now() + 2000;
      for (;;) {
        const asked = Date.now();
        const answers = await Promise.all([1, 2].map((index) => at(index, officer.client).get('/session')));
        if (answers.every(({ status }) => status === 401)) break;
        assert.ok(asked < end, 'still let in');
        await sleep(50);
      }
      refused(await at(2, officer.client).get('/session'), 401, 'NOT_AUTHENTICATED');
    });

    it('go on when one of them ends, and start again on what all have signed', async () => {
      await (apps[0] as TestApp).stop();
      const { deps } = apps[1] as TestApp;
      for (let waited = 0; deps.log.distance().entries > 0; waited += 100) {
        assert.ok(waited < 15_000, 'nobody publishes');
        await deps.log.publishAll();
        await sleep(100);
      }
      const again = await start('d');
      const { heads, ledgerStore } = again.deps;
      assert.ok((await heads.chains()).includes(agency.id));
      assert.ok((await ledgerStore.head(agency.id)).size > 75);
    });

    it('leave nothing that fsck finds fault with', async () => {
      for (const app of apps.splice(0)) await app.stop();
      const found: string[] = [];
      const env = { ...config, DATA_DIR: join(folder, 'a') };
      await check(env, ({ grade, where, what }) => found.push(`${grade} ${where}: ${what}`));
      assert.deepEqual(
        found.filter((line) => line.startsWith('fault')),
        [],
      );
    });

    it('are told by fsck of an object that lost its lock', async () => {
      const address = parseS3Url(config.OBJECTS_URL as string);
      const client = s3Client(address);
      const bucket = new S3Bucket(client, address.evidence);
      const { key } = (await collect(bucket.list(`${agency.id}/originals/`)))[0] as ObjectInfo;
      const bytes = await buffer(await bucket.get(key));
      // Who may lift it took it away, and put the same bytes there again.
      for (const { id: VersionId } of await bucket.versions(key))
        await client.send(new DeleteObjectCommand({ ...bucket.at(key), VersionId, BypassGovernanceRetention: true }));
      await bucket.put(key, bytes);
      client.destroy();
      for (const [OBJECT_LOCK, told] of [
        ['required', true],
        ['auto', true],
        ['off', false],
      ] as const) {
        const found: string[] = [];
        const env = { ...config, OBJECT_LOCK, DATA_DIR: join(folder, 'a') };
        await check(env, ({ where, what }) => found.push(`${where}: ${what}`));
        assert.equal(found.includes(`object ${key}: it is not under a lock`), told, found.join('\n'));
      }
    });
  });
}
