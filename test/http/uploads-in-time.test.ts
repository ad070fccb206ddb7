import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { settleUploads } from '../../server/ingest/uploads.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { type Client, must, refused } from '../support/client.ts';
import { itOnFiles } from '../support/engines.ts';
import { until } from '../support/until.ts';
import { begun, closeOf, film, head, keptOf, patch, slowly, uploadAt } from '../support/uploads.ts';

const DAY = 86_400_000;

describe('uploads while the clock moves', () => {
  let app: TestApp;
  let agency: TestAgency;
  let person: string;
  let dock: Client;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    const where = await agency.department();
    person = (await agency.person({ roles: ['officer'], departments: [where] })).id;
    dock = (await agency.dock(where)).client;
  });
  after(() => app.destroy());

  const round = () => settleUploads(app.deps);

  it('are cut when the session ends that they were begun with', async () => {
    const client = await again();
    const place = await begun(client, { length: 1_000_000 });
    const sent = slowly(client, place, 0, 1_000_000);
    const closed = closeOf(sent);
    sent.write(film(1000));
    await sleep(50);
    must(await client.delete('/session'), 204);
    app.clock.advance(3000);
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
      for await (const { body } of app.deps.documents.all('session')) {
        if (String(body.lastSeen) >= moment) return true;
      }
      return false;
    };
    for (let i = 0; i < 5; i++) {
      app.clock.advance(20 * 60_000);
      const moment = app.deps.now().toISOString();
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
    app.clock.advance(6 * DAY);
    must(await patch(await again(), place, 0, film(50)), 204);
    app.clock.advance(6 * DAY);
    await round();
    assert.equal((await uploadAt(agency, place)).state, 'open');
    app.clock.advance(1.1 * DAY);
    await round();
    assert.equal((await uploadAt(agency, place)).state, 'expired');
    assert.equal((await head(await again(), place)).status, 410);
    assert.equal(await keptOf(agency, place), undefined);
  });

  it('stand still on docks: are announced first, and again when they went on meanwhile', async () => {
    const place = await begun(dock, { length: 100 });
    must(await patch(dock, place, 0, film(50)), 204);
    app.clock.advance(30.1 * DAY);
    await round();
    const announced = await uploadAt(agency, place);
    assert.deepEqual([announced.state, typeof announced.announcedAt], ['open', 'string']);
    app.clock.advance(6 * DAY);
    must(await patch(dock, place, 50, film(10)), 204);
    app.clock.advance(29 * DAY);
    await round();
    assert.equal((await uploadAt(agency, place)).announcedAt, announced.announcedAt);
    app.clock.advance(2 * DAY);
    await round();
    const second = await uploadAt(agency, place);
    assert.deepEqual([second.state, second.announcedAt === announced.announcedAt], ['open', false]);
    app.clock.advance(7.1 * DAY);
    await round();
    assert.equal((await uploadAt(agency, place)).state, 'expired');
  });

  /** The person, signed in anew: sessions do not live for days. */
  const again = () => agency.signIn(person);
});
