import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { recordKind } from '../../server/records/events.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { pdf, program, sha256 } from '../support/uploads.ts';
import { of, Station } from './support.ts';

describe('the dock agent, once', function () {
  // Processes start, and a machine may be busy.
  this.timeout(90_000);
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let station: Station;

  before(async () => {
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
  });
  after(() => app.destroy());
  beforeEach(async () => {
    station = new Station(app.origin, (await agency.dock(department)).client.bearer ?? '');
  });
  afterEach(() => station.destroy());

  const records = (ids: string[]) =>
    Promise.all(ids.map(async (id) => (await app.deps.ledger.load(recordKind, agency.id, id)).state!));

  it('seals what is on the cards, says what it would have erased, and erases nothing', async () => {
    for (const n of [1, 2]) station.put(`E/TA00716_JX0227_2026112309360${n}.pdf`, pdf(`once ${n}`));
    station.put('F/巡查.pdf', pdf('once 3'));
    const { code, lines, stderr } = await station.run();
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(of(lines, 'sealed').length, 3);
    assert.equal(of(lines, 'would-erase').length, 3);
    assert.deepEqual(
      of(lines, 'attached').map(({ card, profile }) => [card, profile]),
      [
        ['TA00716', 'ga-t-947-a'],
        ['folder:F', 'plain'],
      ],
    );
    assert.equal(readdirSync(join(station.cards, 'E')).length, 2);
    const sealed = await records(of(lines, 'sealed').map(({ record }) => record));
    assert.ok(sealed.every(({ state, source, permits }) => state === 'sealed' && source === 'dock' && !permits));
    assert.equal(of(lines, 'stated').length, 2);
    const again = await station.run();
    assert.deepEqual([of(again.lines, 'brought'), of(again.lines, 'stated')], [[], []]);
  });

  it('seals nothing twice when its state is lost, and keeps what the camera says of it by then', async () => {
    station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('lost'));
    const first = await station.run();
    const lose = () => rmSync(join(station.folder, 'dock.db'));
    assert.equal(statSync(join(station.folder, 'dock.db')).mode & 0o777, 0o600);
    lose();
    const second = await station.run();
    const recordsOf = ({ lines }: typeof first) => of(lines, 'sealed').map(({ record }) => record);
    assert.deepEqual(recordsOf(second), recordsOf(first));
    lose();
    station.put('E/TA00716_JX0227_20261123093601.json', '{"bzlx":"强制"}');
    const third = await station.run(['--once', '--erase']);
    assert.equal(third.code, 0);
    assert.ok(recordsOf(third).includes(recordsOf(first)[0]));
    assert.equal(of(third.lines, 'erased').length, 0, 'of coercion, though the record does not say so');
  });

  it('erases by permit only, and tells it', async () => {
    station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('erase'));
    station.put('E/TA00716_JX0227_20261123093602.xml', '<x><bzlx>强制</bzlx></x>');
    station.put('E/TA00716_JX0227_20261123093602.pdf', pdf('coercion'));
    station.put('E/TA00716_JX0227_20261123093603.pdf', program);
    const { code, lines } = await station.run(['--once', '--erase']);
    assert.equal(code, 1, 'an executable was quarantined');
    const [erased] = of(lines, 'erased');
    assert.deepEqual(
      of(lines, 'erased').map(({ file }) => file),
      ['TA00716_JX0227_20261123093601.pdf'],
    );
    assert.deepEqual(
      of(lines, 'kept').map(({ why }) => why),
      ['CARD_IS_ORIGINAL', 'CARD_IS_ORIGINAL'],
    );
    assert.equal(readdirSync(join(station.cards, 'E')).length, 3);
    const [record] = await records([erased?.record]);
    assert.equal(record?.permits?.[0]?.permitId, erased?.permit);
    assert.ok(record?.permits?.[0]?.erased);
  });

  it('does not erase what is not what was sealed, though size and time are the same, but seals it too', async () => {
    const path = station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('rots'));
    const before = readFileSync(path);
    const [first] = of((await station.run()).lines, 'sealed');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, pdf('rott'));
    utimesSync(path, atime, mtime);
    const { lines } = await station.run(['--once', '--erase']);
    const found = of(lines, 'finding').map(({ code }) => code);
    assert.ok(found.includes('changed'), `${found}`);
    assert.ok(!existsSync(path), 'by the permit for what it is now');
    const [second] = of(lines, 'sealed').slice(-1);
    const objects = (await records([first?.record, second?.record])).map(({ object }) => object?.sha256);
    assert.deepEqual(objects, [sha256(before), sha256(pdf('rott'))]);
    const [{ permits = [] } = {}] = await records([first?.record]);
    assert.ok(!permits.some(({ erased }) => erased));
  });

  it('does nothing and asks nobody in a dry run', async () => {
    station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('dry'));
    const { code, lines } = await station.run(['--dry-run']);
    assert.equal(code, 0);
    assert.deepEqual(
      of(lines, 'would-bring').map(({ device, officer }) => [device, officer]),
      [['TA00716', undefined]],
    );
    assert.ok(!existsSync(join(station.folder, 'dock.db')));
  });

  it('sends its token to no other machine in clear, unless it is told to', async () => {
    const elsewhere = new Station('http://0.0.0.0:9', 'x');
    elsewhere.put('E/a.pdf', pdf('clear'));
    const { code, stderr, lines } = await elsewhere.run();
    assert.deepEqual([code, lines], [2, []]);
    assert.match(stderr, /--insecure-http/);
    assert.equal((await elsewhere.run(['--once', '--patience', '0', '--insecure-http'])).code, 69);
    elsewhere.destroy();
  });

  it('tells when others can read its token', async () => {
    const lines = async () => of((await station.run()).lines, 'token-exposed').length;
    assert.equal(await lines(), 0);
    for (const mode of [0o640, 0o604]) {
      chmodSync(join(station.folder, 'token'), mode);
      assert.equal(await lines(), 1, mode.toString(8));
    }
  });

  it('ends with the codes that its page lists', async () => {
    station.put('E/a.pdf', pdf('codes'));
    assert.equal((await station.run(['--once', '--limit', 'fast'])).code, 2);
    writeFileSync(join(station.folder, 'token'), 'tzd_wrong');
    assert.equal((await station.run()).code, 77);
    const nobody = new Station('http://127.0.0.1:9', 'x');
    nobody.put('E/a.pdf', pdf('codes'));
    assert.equal((await nobody.run(['--once', '--patience', '1'])).code, 69);
    nobody.destroy();
  });
});
