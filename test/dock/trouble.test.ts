import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { recordKind } from '../../server/records/events.ts';
import { foundAgency, TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { film, pdf, sha256 } from '../support/uploads.ts';
import { of, Station, told } from './support.ts';

describe('the dock agent, in trouble', function () {
  // Processes start, and a machine may be busy.
  this.timeout(90_000);
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let station: Station;

  before(async () => {
    app = await startApp({ config: { MAX_FILE_BYTES: '2000000' } });
    agency = await foundAgency(app);
    department = await agency.department();
  });
  after(() => app.destroy());
  beforeEach(async () => {
    station = new Station(app.origin, (await agency.dock(department)).client.bearer ?? '');
  });
  afterEach(() => station.destroy());

  const original = async (record: string) =>
    (await app.deps.ledger.load(recordKind, agency.id, record)).state?.object?.sha256;

  it('leaves what the service does not take, brings the rest, and ends', async () => {
    station.put('E/large.mp4', film(2_000_001));
    station.put('E/small.pdf', pdf('small'));
    const { code, lines } = await station.run();
    assert.equal(code, 1);
    assert.deepEqual(
      of(lines, 'would-erase').map(({ file }) => file),
      ['small.pdf'],
    );
    assert.deepEqual(
      of(lines, 'finding').map((line) => line.code),
      ['refused'],
    );
    assert.equal(of(lines, 'failed').at(-1)?.tries, 3);
  });

  it('reads a file that grows once it has ended', async () => {
    const path = station.put('E/TA00716_JX0227_20261123093601.mp4', film(100_000));
    const running = station.start(['--once', '--settle', '0.5']);
    await told(running, 'attached');
    for (let n = 0; n < 12; n++) {
      await sleep(100);
      appendFileSync(path, Buffer.alloc(10_000, n));
    }
    const { code, lines } = await running.ended;
    assert.equal(code, 0);
    assert.deepEqual(
      of(lines, 'brought').map(({ size }) => size),
      [220_000],
    );
    assert.equal(await original(of(lines, 'sealed')[0]?.record), sha256(readFileSync(path)));
  });

  it('does not wait for the service when it is the card that fails', async () => {
    const path = station.put('E/short.mp4', film(600_000));
    const running = station.start(['--once', '--limit', '64k', '--workers', '1']);
    await told(running, 'contact');
    truncateSync(path, 100_000);
    const { code, lines } = await running.ended;
    assert.equal(code, 0);
    assert.deepEqual(of(lines, 'away'), []);
    assert.ok(of(lines, 'finding').some((line) => line.code === 'shrunken'));
    assert.equal(await original(of(lines, 'sealed')[0]?.record), sha256(readFileSync(path)), 'what is left is sealed');
  });

  it('erases nothing outside of a card, and nothing whose mark it does not know', async () => {
    const outside = join(station.folder, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'a.pdf'), pdf('outside'));
    station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('own'));
    station.put('E/TA00716_JX0227_20261123093602.pdf', pdf('strange'));
    station.put('E/TA00716_JX0227_20261123093602.json', '{"bzlx":"9"}');
    symlinkSync(outside, join(station.cards, 'E', 'out'));
    spawnSync('mkfifo', [join(station.cards, 'E', 'pipe')]);
    const { code, lines } = await station.run(['--once', '--erase']);
    assert.equal(code, 0, JSON.stringify(lines.filter(({ event }) => event !== 'hashed')));
    assert.deepEqual(
      of(lines, 'erased').map(({ file }) => file),
      ['TA00716_JX0227_20261123093601.pdf'],
    );
    const codes = of(lines, 'finding').map((line) => line.code);
    assert.deepEqual(codes.filter((each) => each !== 'late-upload').sort(), ['not-a-file', 'symlink']);
    assert.ok(existsSync(join(outside, 'a.pdf')));
    assert.equal(readdirSync(join(station.cards, 'E')).length, 4);
  });

  it('asks for days, ever more seldom, and goes on when the service is back', async () => {
    station.put('E/a.pdf', pdf('days'));
    await app.stop();
    const running = station.start(['--status', 'off', '--every', '0.1']);
    await told(running, 'away', 3);
    assert.equal(of(running.lines, 'hashed').length, 1, 'it was read meanwhile');
    const pauses = of(running.lines, 'away').map(({ againInMs }) => againInMs);
    assert.ok(
      pauses.every((pause, n) => pause > 500 * 2 ** n - 1 && pause <= 1000 * 2 ** n),
      `${pauses}`,
    );
    const port = Number(new URL(app.origin).port);
    app = await startApp({ dataDir: app.dataDir, config: { PORT: String(port), MAX_FILE_BYTES: '2000000' } });
    agency = new TestAgency(app, agency.id, agency.code);
    await told(running, 'stated');
    running.child.kill('SIGTERM');
    assert.equal((await running.ended).code, 0);
  });

  it('stops at once when it is told to, in the middle of a slow upload', async () => {
    station.put('E/slow.mp4', film(1_900_000));
    const running = station.start(['--status', 'off', '--limit', '16k']);
    await told(running, 'contact');
    running.child.kill('SIGTERM');
    const began = performance.now();
    assert.equal((await running.ended).code, 0);
    assert.ok(performance.now() - began < 5000);
  });

  it('does not start without cards, or over a state that another has, or that is full or broken', async () => {
    station.put('E/a.pdf', pdf('codes'));
    assert.equal((await station.run(['--once'], join(station.folder, 'nowhere'))).code, 66);
    const first = station.start(['--status', 'off']);
    await told(first, 'stated');
    const { code, stderr } = await station.run();
    assert.equal(code, 75, stderr);
    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    assert.equal((await station.run()).code, 0);
    station.put('F/b.pdf', pdf('full'));
    const full = await station.run(['--once'], station.cards, {
      blocks: Math.ceil(statSync(join(station.folder, 'dock.db')).size / 512) - 8,
    });
    assert.equal(full.code, 74, full.stderr);
    assert.equal((await station.run()).code, 0, 'there is room again');
    writeFileSync(join(station.folder, 'dock.db'), 'no database at all, and long enough to be none');
    assert.equal((await station.run()).code, 74);
  });
});
