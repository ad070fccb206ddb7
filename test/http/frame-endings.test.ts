import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { foundAgency, type TestAgency, type TestPerson } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { must } from '../support/client.ts';
import { things } from '../support/things.ts';

/** A session that ends takes with it what is still under way. */
describe('http: what is under way when a session ends', () => {
  let app: TestApp;
  let agency: TestAgency;
  let department: string;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
  });
  after(() => app.destroy());

  const endings: [string, (person: TestPerson) => Promise<unknown>][] = [
    ['by signing out', ({ client }) => client.delete('/session')],
    [
      'by suspension',
      async ({ id }) => {
        const { client } = await agency.person({ roles: ['secadmin'] });
        must(await client.post(`/people/${id}/suspend`, { reason: '调离' }));
      },
    ],
  ];

  for (const [how, end] of endings) {
    it(`is not done when the body came in slowly: ${how}`, async () => {
      const officer = await agency.person({ roles: ['officer'], departments: [department] });
      const name = `慢${how}`;
      const body = Buffer.from(JSON.stringify({ type: 'person', name }));
      const slow = request(`${app.origin}/api/v1/subjects`, {
        method: 'POST',
        headers: {
          cookie: officer.client.cookie,
          'content-type': 'application/json',
          'content-length': body.length,
        },
      });
      slow.write(body.subarray(0, 10));
      await sleep(1100);
      await end(officer);
      slow.end(body.subarray(10));
      assert.equal((await answerOf(slow)).statusCode, 401);
      const { client } = await agency.person({ roles: ['officer'] });
      assert.deepEqual(must(await client.get(`/subjects?q=${encodeURIComponent(name)}`)).items, []);
    });

    it(`is cut while a package is taken: ${how}`, async () => {
      const archivist = await agency.person({ roles: ['archivist'] });
      await whileTaking(archivist, async (response) => {
        assert.equal(response.statusCode, 200);
        await once(response, 'data');
        const closed = new Promise((resolve) => response.once('close', resolve));
        const began = Date.now();
        await end(archivist);
        response.resume();
        await closed;
        assert.equal(response.complete, false);
        assert.ok(Date.now() - began < 2000);
      });
    });
  }

  it('stays awake while bytes flow', async () => {
    const archivist = await agency.person({ roles: ['archivist'] });
    await whileTaking(archivist, async (response) => {
      response.resume();
      app.clock.advance(20 * 60_000);
      await sleep(1300);
      app.clock.advance(20 * 60_000);
      must(await archivist.client.get('/session'));
    });
  });

  /** Runs while a package comes to the person drop by drop. */
  async function whileTaking(person: TestPerson, run: (response: IncomingMessage) => Promise<void>): Promise<void> {
    const id = await readyExport(person);
    const { work } = app.deps;
    const get = work.get;
    work.get = async (key, range) =>
      key.includes('/packages/') ? Readable.from(drops()) : await get.call(work, key, range);
    const headers = { cookie: person.client.cookie };
    const taking = request(`${app.origin}/api/v1/exports/${id}/content`, { headers }).end();
    try {
      await run(await answerOf(taking));
    } finally {
      taking.destroy();
      work.get = get;
    }
  }

  async function readyExport({ client }: TestPerson): Promise<string> {
    const caseId = await things.cases!.make(agency, department);
    const { id } = must(await client.post(`/cases/${caseId}/exports`, {}), 202);
    for (let i = 0; i < 1000; i++) {
      if (must(await client.get(`/exports/${id}`)).state === 'ready') return id;
      await sleep(25);
    }
    throw new Error('the package is not ready');
  }
});

async function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  const [response] = await once(sent, 'response');
  sent.on('error', () => {});
  response.on('error', () => {});
  return response;
}

/** A byte now and then, for longer than any test waits. */
async function* drops(): AsyncGenerator<Buffer> {
  for (let i = 0; i < 500; i++) {
    yield Buffer.from('x');
    await sleep(20);
  }
}
