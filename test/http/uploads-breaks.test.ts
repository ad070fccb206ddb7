import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import * as tus from 'tus-js-client';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { itOnFiles } from '../support/engines.ts';
import { until } from '../support/until.ts';
import {
  begin,
  begun,
  bring,
  closeOf,
  film,
  head,
  idOf,
  keptOf,
  offsetOf,
  patch,
  settled,
  sha256,
  slowly,
} from '../support/uploads.ts';

const DAY = 86_400_000;

describe('uploads that break', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let officer: TestPerson;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
    officer = await agency.person({ roles: ['officer'], departments: [department] });
  });
  after(() => app.destroy());

  itOnFiles('go on where the client vanished in mid-body', async () => {
    const bytes = film(5_000_000);
    const place = await begun(officer.client, { length: bytes.length });
    const first = slowly(officer.client, place, 0, bytes.length);
    first.write(bytes.subarray(0, 3_000_000));
    await until(async () => ((await keptOf(agency, place)) ?? 0) >= 1_048_576);
    first.destroy();
    await until(async () => offsetOf(await head(officer.client, place)) === (await keptOf(agency, place)));
    await sleep(50);
    const offset = offsetOf(await head(officer.client, place));
    assert.ok(offset > 0 && offset <= 3_000_000, String(offset));
    must(await patch(officer.client, place, offset, bytes.subarray(offset)), 204);
    const record = await settled(agency, idOf(place));
    assert.deepEqual([record.state, record.object?.sha256], ['sealed', sha256(bytes)]);
  });

  itOnFiles('belong to the newest connection: an older one that hangs is ended, its bytes count', async () => {
    const bytes = film(3_000_000);
    const place = await begun(officer.client, { length: bytes.length });
    const stale = slowly(officer.client, place, 0, bytes.length);
    const closed = closeOf(stale);
    stale.write(bytes.subarray(0, 2_000_000));
    await until(async () => ((await keptOf(agency, place)) ?? 0) >= 1_000_000);
    const answer = await patch(officer.client, place, 2_000_000, bytes.subarray(2_000_000));
    await closed;
    must(answer, 204);
    assert.equal((await settled(agency, idOf(place))).object?.sha256, sha256(bytes));
  });

  it('are listed while they are not whole: to who began them, their department, and the dock itself', async () => {
    const place = await begun(officer.client, { length: 1000, told: { filename: '未完.mp4' } });
    must(await patch(officer.client, place, 0, film(400)), 204);
    const listed = async (client: Client) => {
      const answer = await client.get('/uploads');
      must(answer, 200);
      return (answer.body as { items: { id: string; name: string; offset: number; expiresAt: string }[] }).items.filter(
        ({ id }) => id === idOf(place),
      );
    };
    const [seen] = await listed(officer.client);
    assert.deepEqual([seen?.name, seen?.offset], ['未完.mp4', 400]);
    assert.ok(Date.parse(seen?.expiresAt ?? '') > Date.now() + 6 * DAY);
    const colleague = await agency.person({ roles: ['clerk'], departments: [department] });
    const helper = await agency.person({ roles: ['auxiliary'], departments: [department] });
    const stranger = await agency.person({ roles: ['officer'], departments: [await agency.department()] });
    assert.equal((await listed(colleague.client)).length, 1);
    assert.equal((await listed(helper.client)).length, 0);
    assert.equal((await listed(stranger.client)).length, 0);
    must(await patch(officer.client, place, 400, film(600)), 204);
    assert.equal((await listed(officer.client)).length, 0);
  });

  it('are written by one of many that come at once, never mixed', async () => {
    const bytes = film(200_000);
    const place = await begun(officer.client, { length: bytes.length });
    const tries = Array.from({ length: 12 }, () =>
      patch(officer.client, place, 0, bytes).then(
        ({ status }) => status,
        () => 0,
      ),
    );
    const statuses = await Promise.all(tries);
    assert.ok(
      statuses.every((status) => [0, 204, 409, 423].includes(status)),
      String(statuses),
    );
    const offset = offsetOf(await head(officer.client, place));
    must(await patch(officer.client, place, offset, bytes.subarray(offset)), 204);
    assert.equal((await settled(agency, idOf(place))).object?.sha256, sha256(bytes));
  });

  it('by tus-js-client, stopped and resumed from a real file', async function () {
    this.timeout(20_000);
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-tus-'));
    try {
      const bytes = film(6_000_000);
      const path = join(folder, '片段.mp4');
      writeFileSync(path, bytes);
      const options = (more: Partial<tus.UploadOptions>): tus.UploadOptions => ({
        endpoint: `${app.origin}/api/v1/uploads`,
        headers: { cookie: officer.client.cookie ?? '' },
        chunkSize: 1_000_000,
        uploadSize: bytes.length,
        metadata: { filename: '片段.mp4', filetype: 'video/mp4' },
        retryDelays: null,
        ...more,
      });
      const stopped = Promise.withResolvers<string>();
      const first = new tus.Upload(
        createReadStream(path),
        options({
          onError: stopped.reject,
          onChunkComplete: (_size, done) => {
            if (done >= 3_000_000) void first.abort().then(() => stopped.resolve(first.url ?? ''), stopped.reject);
          },
        }),
      );
      first.start();
      const url = await stopped.promise;
      assert.ok(offsetOf(await head(officer.client, url)) >= 3_000_000);
      const done = Promise.withResolvers<void>();
      const second = new tus.Upload(
        createReadStream(path),
        options({
          uploadUrl: url,
          onError: done.reject,
          onSuccess: () => done.resolve(),
        }),
      );
      second.start();
      await done.promise;
      assert.equal((await settled(agency, idOf(url))).object?.sha256, sha256(bytes));

      const whole = Promise.withResolvers<void>();
      const once_ = new tus.Upload(
        createReadStream(path),
        options({
          chunkSize: Number.POSITIVE_INFINITY,
          uploadDataDuringCreation: true,
          onError: whole.reject,
          onSuccess: () => whole.resolve(),
        }),
      );
      once_.start();
      await whole.promise;
      assert.equal((await settled(agency, idOf(once_.url ?? ''))).object?.sha256, sha256(bytes));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  itOnFiles('are refused when there is no room beside the reserve (507), and nothing is begun', async () => {
    const full = await startApp({ config: { FREE_SPACE_RESERVE: String(1024 ** 4) } });
    try {
      const there = await foundAgency(full);
      const { client } = await there.person({ roles: ['officer'], departments: [await there.department()] });
      const answer = await begin(client, { length: 1000 });
      assert.match(refused(answer, 507, 'STORAGE_FULL').detail, /1000/);
      assert.equal(answer.headers.get('location'), null);
      const form = new FormData();
      form.append('file', new Blob(['文书']), 'a.txt');
      refused(await client.send('POST', '/records', { body: form }), 507, 'STORAGE_FULL');
      assert.deepEqual((await full.deps.documents.find('upload', { chain: there.id, limit: 10 })).items, []);
      assert.deepEqual(await Array.fromAsync(full.deps.work.list(`${there.id}/uploads/`)), []);
    } finally {
      await full.destroy();
    }
  });

  it('are removed at the next start where a crash left bytes that nothing names', async () => {
    const dir = app.dataDir;
    const id = await bring(officer.client, film(500, 77));
    await settled(agency, id);
    await app.deps.uploads.begin(`${agency.id}/uploads/00000000-0000-7000-8000-000000000000`);
    await app.stop();
    app = await startApp({ dataDir: dir });
    await until(
      async () => (await app.deps.work.size(`${agency.id}/uploads/00000000-0000-7000-8000-000000000000`)) === undefined,
    );
  });
});
