import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'mocha';
import { type FakeCamera, fakeCamera } from '../../scripts/fake-cameras/cameras.ts';
import { makeClips } from '../../scripts/fake-cameras/clips.ts';
import { writeCamera } from '../../scripts/fake-cameras/write.ts';
import { dockDayKind } from '../../server/docking/dock-day.ts';
import { type RecordState, recordKind } from '../../server/records/events.ts';
import { decodeDockDay } from '../../signing/dock-day.ts';
import { dockingKey, originalKey } from '../../storage/objects/layout.ts';
import type { TestApp } from '../support/app.ts';
import { sha256 } from '../support/uploads.ts';
import { hasFfmpeg } from '../unit/media/clips.ts';
import { Shift } from './shift.ts';
import { of } from './support.ts';

/** DOCK_TEST=long: more and larger files, and a kill after every few. */
const LONG = process.env.DOCK_TEST === 'long';
const CAMERAS = 24;
const FILES = LONG ? 40 : 9;
const MIB = LONG ? 1 : 0;
const KILLS = LONG ? 30 : 4;
/** What the agent may take, MiB. */
const MEMORY = 320;

describe(`the dock agent over a shift: ${CAMERAS} cameras, kills, a full disk`, function () {
  this.timeout(LONG ? 3_600_000 : 600_000);
  let shift: Shift;
  const cameras: FakeCamera[] = [];
  /** Digests of all that is to be brought, as they were on the cards. */
  const expected = new Map<string, string>();
  let app: TestApp;
  let records: RecordState[];

  before(async function () {
    if (!hasFfmpeg) return this.skip();
    shift = await Shift.found();
    await shift.serve({ FREE_SPACE_RESERVE: String(2 ** 49) });
    const making = {
      clips: await makeClips(),
      files: FILES,
      size: MIB * 1_048_576,
      now: new Date(),
      zone: 'Asia/Shanghai',
    };
    for (let n = 0; n < CAMERAS; n++) {
      const camera = fakeCamera(n, making);
      cameras.push(camera);
      writeCamera(shift.station.cards, camera);
      for (const path of onCard(camera))
        if (isBrought(path)) expected.set(path, sha256(readFileSync(Buffer.from(path, 'latin1'))));
    }
  });
  after(async () => {
    await app?.stop();
    await shift?.end();
  });

  /** Files of a card, as latin1 of their bytes. */
  const onCard = ({ folder }: FakeCamera): string[] => {
    const root = join(shift.station.cards, folder);
    return readdirSync(root, { recursive: true, withFileTypes: true, encoding: 'buffer' })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        Buffer.concat([Buffer.from(parentPath), Buffer.from('/'), name]).toString('latin1'),
      );
  };
  const isBrought = (path: string) => !/\.THM$|\/MISC\/|\/LOG\//.test(path);

  it('seals everything, and erases what it may, whoever is killed', async () => {
    const kept = cameras.flatMap((camera) => onCard(camera).filter((path) => staysOn(camera, path)));
    shift.work(['--erase']);
    await shift.told('away', 1);
    await shift.told('hashed', CAMERAS);
    assert.match(of(shift.lines, 'away')[0]?.why, /^507 /, 'the disk of the service is full');
    assert.equal(of(shift.lines, 'brought').length, 0);
    await shift.killService();
    await shift.serve();
    for (let kill = 1; kill <= KILLS; kill++) {
      await shift.killAgent();
      shift.work(['--erase']);
      await shift.told('erased', Math.floor((expected.size * kill) / (KILLS + 2)));
      if (kill % 2 === 0) continue;
      await shift.killService();
      await shift.serve();
    }
    await shift.killAgent();
    const { ended } = shift.work(['--once', '--erase']);
    const { code, stderr } = await ended;
    const why = shift.lines.filter(({ event, code: found }) => event === 'failed' || found === 'quarantined');
    assert.equal(code, 0, `${stderr} ${JSON.stringify(why)}`);
    assert.deepEqual(cameras.flatMap(onCard).filter(isBrought).sort(), kept.sort());
  });

  const staysOn = ({ oddity }: FakeCamera, path: string) => oddity?.kept.some((end) => path.endsWith(end)) ?? false;

  it('left records that are what was on the cards, each once', async () => {
    await shift.killService();
    app = await shift.look();
    records = [];
    for await (const { body } of app.deps.documents.all(recordKind.name)) records.push(body as unknown as RecordState);
    assert.ok(records.every(({ state }) => state === 'sealed'));
    assert.deepEqual(records.map(({ object }) => object?.sha256).sort(), [...expected.values()].sort());
    for (const { object } of records) {
      const bytes = await buffer(await app.deps.evidence.get(originalKey(shift.agency, object!.sha256)));
      assert.equal(sha256(bytes), object!.sha256);
    }
  });

  it('left a permit and an erasure for what is off the cards, and neither for what is not', () => {
    const onCards = new Set(cameras.flatMap(onCard).map((path) => sha256(readFileSync(Buffer.from(path, 'latin1')))));
    const unsure = of(shift.lines, 'finding').filter(({ code }) => code === 'erase-unsure').length;
    const untold = records.filter(({ object, permits = [] }) => {
      const stays = onCards.has(object!.sha256);
      if (stays)
        assert.deepEqual(
          permits.filter(({ erased }) => erased),
          [],
        );
      else assert.ok(permits.length > 0, object!.sha256);
      return !stays && !permits.some(({ erased }) => erased);
    });
    assert.equal(untold.length, unsure);
  });

  it('left findings of what was odd, in statements, and no others', async () => {
    const found = new Set<string>();
    for await (const { body } of app.deps.documents.all(dockDayKind.name)) {
      const { statement } = body as unknown as { statement: { sha256: string } };
      const day = decodeDockDay(await buffer(await app.deps.evidence.get(dockingKey(shift.agency, statement.sha256))));
      for (const { code } of day.findings) if (code !== 'erase-unsure') found.add(`${day.device} ${code}`);
    }
    const odd = cameras.flatMap(
      ({ folder, device, oddity }) => oddity?.findings.map((code) => `${device ?? folder} ${code}`) ?? [],
    );
    assert.deepEqual([...found].sort(), odd.sort());
  });

  it('took no more memory than it may', () => {
    const { most } = shift.memory.stop();
    assert.ok(most > 0 && most < MEMORY, `${most} MiB`);
  });
});
