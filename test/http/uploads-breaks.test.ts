import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import * as tus from 'tus-js-client';
import { type UploadState, uploadKind } from '../../server/ingest/events.ts';
import { settleUploads } from '../../server/ingest/uploads.ts';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { itOnFiles } from '../support/engines.ts';
import { until } from '../support/until.ts';
import { begin, begun, bring, film, head, idOf, OCTETS, offsetOf, patch, settled, sha256 } from '../support/uploads.ts';

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

  /** A PATCH whose body is written by hand. */
  function slowly(client: Client, place: string, offset: number, length: number): ClientRequest {
    const headers = {
      ...OCTETS,
      ...(client.cookie && { cookie: client.cookie }),
      ...(client.bearer && { authorization: `Bearer ${client.bearer}` }),
    };
    const sent = request(`${client.origin}${place}`, {
      method: 'PATCH',
      headers: { ...headers, 'upload-offset': String(offset), 'content-length': String(length) },
    });
    sent.on('error', () => {});
    return sent;
  }

  const closeOf = (sent: ClientRequest) => new Promise<void>((resolve) => sent.once('close', () => resolve()));

  const onDisk = async (place: string) => (await app.deps.uploads.length(`${agency.id}/uploads/${idOf(place)}`)) ?? -1;

  itOnFiles('go on where the client vanished in mid-body', async () => {
    const bytes = film(5_000_000);
    const place = await begun(officer.client, { length: bytes.length });
    const first = slowly(officer.client, place, 0, bytes.length);
    first.write(bytes.subarray(0, 3_000_000));
    await until(async () => (await onDisk(place)) >= 1_048_576);
    first.destroy();
    await until(async () => offsetOf(await head(officer.client, place)) === (await onDisk(place)));
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
    await until(async () => (await onDisk(place)) >= 1_000_000);
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

  describe('while the clock moves', () => {
    let still: TestApp;
    let there: TestAgency;
    let person: string;
    let dock: Client;

    before(async () => {
      still = await startApp();
      there = await foundAgency(still);
      const where = await there.department();
      person = (await there.person({ roles: ['officer'], departments: [where] })).id;
      dock = (await there.dock(where)).client;
    });
    after(() => still.destroy());

    const round = () => settleUploads(still.deps);
    const stateThere = async (place: string) => {
      const { state } = await still.deps.ledger.load(uploadKind, there.id, idOf(place));
      return state as UploadState;
    };

    it('are cut when the session ends that they were begun with', async () => {
      const client = await again();
      const place = await begun(client, { length: 1_000_000 });
      const sent = slowly(client, place, 0, 1_000_000);
      const closed = closeOf(sent);
      sent.write(film(1000));
      await sleep(50);
      must(await client.delete('/session'), 204);
      still.clock.advance(3000);
      const more = setInterval(() => sent.write(film(1000)), 20);
      await closed.finally(() => clearInterval(more));
      refused(await patch(client, place, 0, new Uint8Array()), 401, 'NOT_AUTHENTICATED');
    });

    itOnFiles('keep the session awake while bytes come', async () => {
      const client = await again();
      const place = await begun(client, { length: 10_000 });
      const sent = slowly(client, place, 0, 10_000);
      const answered = once(sent, 'response');
      let wrote = 0;
      const seenSince = async (moment: string) => {
        for await (const { body } of still.deps.documents.all('session')) {
          if (String(body.lastSeen) >= moment) return true;
        }
        return false;
      };
      for (let i = 0; i < 5; i++) {
        still.clock.advance(20 * 60_000);
        const moment = still.deps.now().toISOString();
        await until(() => {
          sent.write(film(1));
          wrote += 1;
          return seenSince(moment);
        });
      }
      sent.end(film(10_000 - wrote));
      const [response] = await answered;
      assert.equal(response.statusCode, 204);
      must(await client.get('/session'));
    });

    it('stand still: expire a term after their last byte, with an entry', async () => {
      const place = await begun(await again(), { length: 100 });
      still.clock.advance(6 * DAY);
      must(await patch(await again(), place, 0, film(50)), 204);
      still.clock.advance(6 * DAY);
      await round();
      assert.equal((await stateThere(place)).state, 'open');
      still.clock.advance(1.1 * DAY);
      await round();
      assert.equal((await stateThere(place)).state, 'expired');
      assert.equal((await head(await again(), place)).status, 410);
      assert.equal(await still.deps.work.size(`${there.id}/uploads/${idOf(place)}`), undefined);
    });

    it('stand still on docks: are announced first, and again when they went on meanwhile', async () => {
      const place = await begun(dock, { length: 100 });
      must(await patch(dock, place, 0, film(50)), 204);
      still.clock.advance(30.1 * DAY);
      await round();
      const announced = await stateThere(place);
      assert.deepEqual([announced.state, typeof announced.announcedAt], ['open', 'string']);
      still.clock.advance(6 * DAY);
      must(await patch(dock, place, 50, film(10)), 204);
      still.clock.advance(29 * DAY);
      await round();
      assert.equal((await stateThere(place)).announcedAt, announced.announcedAt);
      still.clock.advance(2 * DAY);
      await round();
      const second = await stateThere(place);
      assert.deepEqual([second.state, second.announcedAt === announced.announcedAt], ['open', false]);
      still.clock.advance(7.1 * DAY);
      await round();
      assert.equal((await stateThere(place)).state, 'expired');
    });

    /** The person, signed in anew: sessions do not live for days. */
    const again = () => there.signIn(person);
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
