import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import type { Finding } from '../../server/ledger/finding.ts';
import { type RecordState, recordKind } from '../../server/records/events.ts';
import { objectKind } from '../../server/records/object-kind.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { Client, must } from '../support/client.ts';
import { type Installation, makeInstallation } from '../support/installation.ts';
import { recordPoints } from '../support/kill-points.ts';
import { startServer } from '../support/process.ts';
import { begin, film, head, idOf, offsetOf, patch, pdf, placeOf, settled, sha256 } from '../support/uploads.ts';

describe('a process killed at a named point', function () {
  this.timeout(60_000);
  let made: Installation;

  before(async () => {
    made = await makeInstallation();
  });
  after(() => made.remove());

  it('has points in both rooms', () => {
    assert.ok(recordPoints.length >= 9, String(recordPoints));
    for (const room of ['receive.', 'seal.']) assert.ok(recordPoints.some((name) => name.startsWith(room)));
  });

  const clientOf = (origin: string) => {
    const client = new Client(origin);
    client.bearer = made.bearer;
    return client;
  };

  /** Runs the service with a kill point until it dies there. */
  async function dieAt(dir: string, point: string, use: (client: Client) => Promise<unknown>): Promise<void> {
    const server = startServer(dir, { KILL_POINT: point, LOG_LEVEL: 'info' });
    const used = use(clientOf(await server.origin)).catch(() => {});
    const { signal, err } = await server.ended;
    await used;
    assert.equal(signal, 'SIGKILL', `${point} was not reached: ${err}`);
  }

  /** Starts again and looks: sealed once, the bytes as they were sent, nothing left over, fsck content. */
  async function settle(dir: string, use: (app: TestApp, client: Client) => Promise<string[]>, bytes: Buffer) {
    const app = await startApp({ dataDir: dir });
    try {
      const ids = await use(app, clientOf(app.origin));
      for (const id of ids) {
        const state = await settled({ app, id: made.agency }, id);
        assert.deepEqual([state.state, state.object?.sha256, state.size], ['sealed', sha256(bytes), bytes.length]);
        const history = await app.deps.ledger.history(recordKind, made.agency, id);
        const types = history.flatMap(({ events }) => events.map(({ type }) => type));
        assert.deepEqual(
          types.filter((type) => /received|sealed/.test(type)),
          ['record.received', 'record.sealed'],
        );
      }
      const { state: object } = await app.deps.ledger.load(objectKind, made.agency, sha256(bytes));
      for (const id of ids) assert.equal(object?.records.filter((other) => other === id).length, 1);
      const before = new Set(Object.values(made.records));
      const page = await app.deps.documents.find('record', { chain: made.agency, limit: 100 });
      const others = page.items.map(({ body }) => body as unknown as RecordState).filter(({ id }) => !before.has(id));
      assert.deepEqual(others.map(({ id }) => id).sort(), [...ids].sort());
    } finally {
      await app.stop();
    }
    const findings: Finding[] = [];
    await check({ DATA_DIR: dir }, (finding) => findings.push(finding));
    const notes = findings.filter(({ grade }) => grade === 'note');
    assert.deepEqual(
      findings.filter(({ grade }) => grade === 'fault'),
      [],
    );
    assert.ok(
      notes.every(({ what }) => /of a sealing or signing that was interrupted/.test(what)),
      JSON.stringify(notes),
    );
    const left = readdirSync(join(dir, 'work', made.agency, 'uploads'));
    assert.deepEqual(left, []);
  }

  const key = { 'idempotency-key': 'the-one' };
  const told = { filename: '现场.mp4' };

  async function byTus(dir: string, point: string, bytes: Buffer): Promise<void> {
    let place = '';
    await dieAt(dir, point, async (client) => {
      place = placeOf(await begin(client, { length: bytes.length, told, headers: key }));
      await patch(client, place, 0, bytes.subarray(0, 1000));
      await patch(client, place, 1000, bytes.subarray(1000));
    });
    await settle(
      dir,
      async (_app, client) => {
        place ||= placeOf(await begin(client, { length: bytes.length, told, headers: key }));
        const asked = await head(client, place);
        const offset = offsetOf(asked);
        if (offset < bytes.length) must(await patch(client, place, offset, bytes.subarray(offset)), 204);
        else assert.equal(asked.headers.get('tiezheng-record'), idOf(place), 'told to be whole, and no record');
        return [idOf(place)];
      },
      bytes,
    );
  }

  async function byForm(dir: string, point: string, bytes: Buffer): Promise<void> {
    const form = () => {
      const made_ = new FormData();
      for (const name of ['a.pdf', 'b.pdf']) made_.append('files', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
      return made_;
    };
    const send = (client: Client) => client.send('POST', '/records', { body: form(), headers: key });
    await dieAt(dir, point, send);
    await settle(
      dir,
      async (_app, client) => must(await send(client), 201).records.map(({ id }: { id: string }) => id),
      bytes,
    );
  }

  for (const point of recordPoints) {
    it(`${point}: footage, new and known, and a form end as if nothing had been`, async () => {
      const runs = [byTus(made.copy(), point, film(9000, 5))];
      if (/^seal\.(ref|pub|rec)/.test(point)) runs.push(byTus(made.copy(), point, made.originals.film));
      if (/^receive\.(bytes|rec)/.test(point)) runs.push(byForm(made.copy(), point, pdf(point)));
      await Promise.all(runs);
    });
  }
});
