import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { check } from '../../scripts/fsck.ts';
import { systemActor } from '../../server/deps.ts';
import { type DisposalEvent, disposalKind } from '../../server/disposal/events.ts';
import { recordKind } from '../../server/records/events.ts';
import { type ObjectState, objectKind } from '../../server/records/object-kind.ts';
import { evidenceOf } from '../../server/seal/record-evidence.ts';
import { seal } from '../../server/seal/sealer.ts';
import { FilesystemEvidenceStore } from '../../storage/objects/filesystem.ts';
import { manifestKey, originalKey } from '../../storage/objects/layout.ts';
import { foundAgency, TestAgency } from '../support/agency.ts';
import { Clock, startApp } from '../support/app.ts';
import { Client, must } from '../support/client.ts';
import { carriedOut, openBureau, PAST_TERM, proposal } from '../support/disposing.ts';
import { demandWhole, folderPlace, masterKeyIn, moved } from '../support/moving.ts';
import { startServer, tiezheng } from '../support/process.ts';
import { bring, film, settled, sha256 } from '../support/uploads.ts';

const servicePoints = [
  'disposal.entered',
  'disposal.record-disposed',
  'disposal.uploads-disposed',
  'disposal.released',
];
const commandPoints = ['disposal.destruction-begun', 'disposal.original-deleted'];

describe('disposal of bytes', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-disposal-'));
  const approved = join(folder, 'approved');
  const released = join(folder, 'released');
  const gone = [film(4000, 1), film(5000, 2)];
  const stays = film(6000, 3);
  let chain: string;
  let list: string;
  let kept: string;
  let cookie: string | undefined;
  let ids: string[];
  let manifests: string[];
  let copies = 0;

  const copyOf = (dir: string) => {
    const to = join(folder, `copy-${++copies}`);
    cpSync(dir, to, { recursive: true });
    return to;
  };
  const store = (dir: string) => new FilesystemEvidenceStore(join(dir, 'evidence'));
  const there = async (dir: string, key: string) => (await store(dir).size(key)) !== undefined;
  const fsck = async (dir: string) => {
    const lines = { fault: [] as string[], note: [] as string[] };
    await check({ DATA_DIR: dir }, ({ grade, where, what }) => lines[grade].push(`${where}: ${what}`));
    return lines;
  };
  const dispose = (dir: string, more: Record<string, string> = {}) =>
    tiezheng(['dispose', '--yes'], { DATA_DIR: dir, ...more });

  /** Everything that was to go is gone, is said to be, and nothing else is touched. */
  async function demandGone(dir: string): Promise<void> {
    for (const bytes of gone) assert.equal(await there(dir, originalKey(chain, sha256(bytes))), false);
    for (const sha of manifests) assert.equal(await there(dir, manifestKey(chain, sha)), false);
    assert.ok(await there(dir, originalKey(chain, sha256(stays))));
    assert.deepEqual(await fsck(dir), { fault: [], note: [] });
  }

  /** Half a year ago three films came in; now the list of two of them is approved, and nobody has come to it. */
  before(async () => {
    const clock = new Clock();
    clock.advance(-PAST_TERM);
    const app = await startApp({ dataDir: approved, clock });
    const { deps } = app;
    const agency = await foundAgency(app);
    const bureau = await openBureau(agency);
    chain = agency.id;
    ids = [];
    for (const bytes of [...gone, stays]) ids.push(await bring(bureau.officer.client, bytes, { filename: '现场.mp4' }));
    const records = await Promise.all(ids.map((id) => settled(agency, id)));
    kept = ids.pop() as string;
    manifests = records.slice(0, 2).map(({ manifest }) => manifest?.sha256 as string);
    clock.advance(PAST_TERM);
    for (const { id, client } of [bureau.archivist, bureau.officer]) client.cookie = (await agency.signIn(id)).cookie;
    cookie = bureau.officer.client.cookie;
    list = must(await bureau.archivist.client.post('/disposals', proposal(bureau, ids)), 201).id;
    await deps.ledger.execute(disposalKind, chain, list, systemActor('test'), (): DisposalEvent[] => [
      { type: 'disposal.approved', data: { reason: '同意' } },
    ]);
    await app.stop();
    cpSync(approved, released, { recursive: true });
    await settle(released);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A service that runs until the list is carried out. */
  async function settle(dir: string): Promise<void> {
    const app = await startApp({ dataDir: dir });
    try {
      await carriedOut(new TestAgency(app, chain, 'test'), list);
      for (const id of ids) {
        const { state } = await app.deps.ledger.load(recordKind, chain, id);
        assert.equal(state?.state, 'disposed');
        for (const kind of ['record', 'upload'])
          assert.equal(await app.deps.documents.get('wrapped-key', `${chain}/${kind}/${id}`), undefined);
      }
    } finally {
      await app.stop();
    }
  }

  for (const point of servicePoints)
    it(`goes on after a service that was killed at ${point}`, async () => {
      const dir = copyOf(approved);
      const server = startServer(dir, { KILL_POINT: point });
      assert.equal((await server.ended).signal, 'SIGKILL');
      await settle(dir);
      const { fault, note } = await fsck(dir);
      assert.deepEqual(fault, []);
      assert.equal(note.length, 4);
      assert.equal((await dispose(dir)).code, 0);
      await demandGone(dir);
    });

  for (const point of commandPoints)
    it(`is ended by the run after one that was killed at ${point}`, async () => {
      const dir = copyOf(released);
      assert.equal((await dispose(dir, { KILL_POINT: point })).signal, 'SIGKILL');
      assert.deepEqual((await fsck(dir)).fault, []);
      assert.equal((await dispose(dir)).code, 0);
      await demandGone(dir);
    });

  it('is listed first, is done by the next word, and not while a service holds the folder', async () => {
    const dir = copyOf(released);
    const { note } = await fsck(dir);
    assert.equal(note.length, 4);
    for (const line of note)
      assert.match(line, /: released on \d{4}-\d\d-\d\d, 0 days ago: npx tiezheng dispose deletes it$/);
    const listed = await tiezheng(['dispose'], { DATA_DIR: dir });
    assert.equal(listed.code, 0);
    for (const bytes of gone) {
      assert.ok(listed.out.includes(originalKey(chain, sha256(bytes))));
      assert.ok(await there(dir, originalKey(chain, sha256(bytes))));
    }
    const server = startServer(dir);
    await server.origin;
    assert.equal((await dispose(dir)).code, 75);
    assert.equal((await tiezheng(['dispose'], { DATA_DIR: dir })).out, listed.out);
    await server.kill();
    const done = await dispose(dir);
    assert.match(done.out, /deleted: 4, /);
    await demandGone(dir);
    assert.match((await dispose(dir)).out, /deleted: 0, /);
    assert.equal((await tiezheng(['dispose', '--force'], { DATA_DIR: dir })).code, 2);
  });

  it('is known to fsck: what came back is a fault, what is missing of a record that is there stays one', async () => {
    const dir = copyOf(released);
    await dispose(dir);
    await store(dir).put(originalKey(chain, sha256(gone[0] as Buffer)), gone[0] as Buffer);
    const back = await fsck(dir);
    assert.equal(back.fault.length, 1);
    assert.match(String(back.fault), /the ledger says that it was destroyed, and it is there/);
    await store(dir).delete(originalKey(chain, sha256(gone[0] as Buffer)));
    await store(dir).delete(originalKey(chain, sha256(stays)));
    assert.match(String((await fsck(dir)).fault), new RegExp(`record ${kept}: its original is missing`));
  });

  it('takes the same bytes in again, and keeps proofs of what was there', async () => {
    const dir = copyOf(released);
    await dispose(dir);
    const app = await startApp({ dataDir: dir });
    try {
      const client = new Client(app.origin, cookie);
      const agency = new TestAgency(app, chain, 'test');
      const id = await bring(client, gone[0] as Buffer, { filename: '又一次.mp4' });
      assert.equal((await settled(agency, id)).state, 'sealed');
      const { state } = await app.deps.ledger.load(objectKind, chain, sha256(gone[0] as Buffer));
      const { records, destroyedAt, due } = state as ObjectState;
      assert.deepEqual([records, destroyedAt, due], [[id], undefined, false]);
      const { state: record } = await app.deps.ledger.load(recordKind, chain, ids[0] as string);
      const left = evidenceOf(chain, record as NonNullable<typeof record>);
      assert.ok(left.length >= 2, 'signature and time stamp');
      for (const { key } of left) assert.ok(await app.deps.evidence.size(key));
    } finally {
      await app.stop();
    }
    assert.deepEqual(await fsck(dir), { fault: [], note: [] });
  });

  it('holds up the sealing of the same bytes until a destruction that was cut short has ended', async () => {
    const dir = copyOf(released);
    assert.equal((await dispose(dir, { KILL_POINT: 'disposal.destruction-begun' })).signal, 'SIGKILL');
    let app = await startApp({ dataDir: dir });
    const { state } = await app.deps.ledger.load(objectKind, chain, sha256(gone[0] as Buffer));
    const begun = state?.destroyingAt ? 0 : 1;
    const id = await bring(new Client(app.origin, cookie), gone[begun] as Buffer, { filename: '又一次.mp4' });
    await app.deps.views.followAll();
    await assert.rejects(
      seal(app.deps, chain, (await app.deps.ledger.load(recordKind, chain, id)).state as never),
      /is being destroyed/,
    );
    await app.stop();
    assert.equal((await dispose(dir)).code, 0);
    app = await startApp({ dataDir: dir });
    assert.equal((await settled(new TestAgency(app, chain, 'test'), id)).state, 'sealed');
    await app.stop();
    assert.deepEqual((await fsck(dir)).fault, []);
  });

  it('is known to rebuild, restore and move, before and after', async () => {
    const dir = copyOf(released);
    for (const step of ['before', 'after']) {
      if (step === 'after') await dispose(dir);
      const expected = await fsck(dir);
      assert.deepEqual(expected.fault, [], step);
      assert.equal((await tiezheng(['rebuild'], { DATA_DIR: dir })).code, 0);
      assert.deepEqual(await fsck(dir), expected, step);
      const keys = masterKeyIn(dir);
      const place = folderPlace(join(folder, `place-${step}`));
      await moved(folderPlace(copyOf(dir)), place, keys);
      await demandWhole(place, keys);
      const lost = copyOf(dir);
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(lost, `tiezheng.db${suffix}`), { force: true });
      const restored = await tiezheng(['restore', '--objects', lost, '--master-key', keys.MASTER_KEY_FILE as string], {
        DATA_DIR: lost,
      });
      assert.equal(restored.code, 0, restored.out + restored.err);
      assert.deepEqual((await fsck(lost)).fault, [], step);
      const app = await startApp({ dataDir: lost });
      assert.equal((await app.deps.ledger.load(recordKind, chain, ids[0] as string)).state?.state, 'disposed');
      await app.stop();
    }
  });
});
