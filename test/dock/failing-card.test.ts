import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { recordKind } from '../../server/records/events.ts';
import { foundAgency, type TestAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { pdf } from '../support/uploads.ts';
import { FailingCard } from './failing-card.ts';
import { of, Station } from './support.ts';

const [FIRST, SECOND] = ['TA00716_JX0227_20261123093601', 'TA00716_JX0227_20261123093602'];

describe('the dock agent, over a card that fails', function () {
  // Processes start, and a machine may be busy.
  this.timeout(90_000);
  let app: TestApp;
  let agency: TestAgency;
  let department: string;
  let station: Station;
  let card: FailingCard | undefined;

  before(async function () {
    // Needs root, ext4 and a free loop device.
    if (!FailingCard.isPossible()) return this.skip();
    app = await startApp();
    agency = await foundAgency(app);
    department = await agency.department();
  });
  after(() => app?.destroy());
  beforeEach(async () => {
    station = new Station(app.origin, (await agency.dock(department)).client.bearer ?? '');
    station.put('F/b.pdf', pdf('another card'));
  });
  afterEach(() => {
    card?.destroy();
    station?.destroy();
  });

  const onCard = (name: string) => join(station.cards, 'E', name);
  const attach = (sound: Record<string, Uint8Array>, failing: Record<string, Uint8Array>) => {
    card = new FailingCard(join(station.cards, 'E'), sound, failing);
    return card;
  };
  const erasedOf = (lines: { event: string; file?: string }[]) =>
    lines.filter(({ event }) => event === 'erased').map(({ file }) => file);

  it('tells of what it cannot read, and brings all else, of that card and of the others', async () => {
    const failing = attach({ [`${FIRST}.pdf`]: pdf('sound') }, { [`${SECOND}.pdf`]: pdf('failing') });
    failing.fail();
    failing.attach();
    assert.throws(() => readFileSync(onCard(`${SECOND}.pdf`)), { code: 'EIO' });
    const { code, lines } = await station.run(['--once', '--erase']);
    assert.equal(code, 1);
    const [finding, ...others] = of(lines, 'finding').filter((line) => line.code === 'unreadable');
    assert.deepEqual([finding?.card, others], ['TA00716', []]);
    assert.match(finding?.detail, /EIO/);
    assert.deepEqual(erasedOf(lines).sort(), [`${FIRST}.pdf`, 'b.pdf']);
    assert.ok(existsSync(onCard(`${SECOND}.pdf`)));
    assert.equal(of(lines, 'brought').length, 2);
  });

  it('erases nothing that it cannot read once more, though it was sealed', async () => {
    const failing = attach({ [`${FIRST}.pdf`]: pdf('sound') }, { [`${SECOND}.pdf`]: pdf('failing') });
    failing.attach();
    const sealed = of((await station.run()).lines, 'sealed').find(({ file }) => file === `${SECOND}.pdf`);
    failing.detach();
    failing.fail();
    failing.attach();
    const { lines } = await station.run(['--once', '--erase']);
    assert.deepEqual(erasedOf(lines).sort(), [`${FIRST}.pdf`, 'b.pdf']);
    assert.ok(existsSync(onCard(`${SECOND}.pdf`)));
    assert.ok(of(lines, 'finding').some((line) => line.code === 'unreadable' && /EIO/.test(line.detail)));
    const { state } = await app.deps.ledger.load(recordKind, agency.id, sealed?.record);
    assert.ok(state?.permits?.length, 'it was permitted');
    assert.ok(!state.permits.some(({ erased }) => erased));
  });

  it('erases no film whose mark it cannot read', async () => {
    const sidecar = Buffer.from('{"bzlx":"强制"}');
    const failing = attach({ [`${FIRST}.pdf`]: pdf('marked') }, { [`${FIRST}.json`]: sidecar });
    failing.fail();
    failing.attach();
    const { lines } = await station.run(['--once', '--erase']);
    assert.deepEqual(erasedOf(lines), ['b.pdf']);
    assert.ok(existsSync(onCard(`${FIRST}.pdf`)));
    assert.deepEqual(
      of(lines, 'kept').map(({ file, why }) => [file, why]),
      [[`${FIRST}.pdf`, 'CARD_DOUBTFUL']],
    );
    const [record] = of(lines, 'sealed').filter(({ file }) => file === `${FIRST}.pdf`);
    const { state } = await app.deps.ledger.load(recordKind, agency.id, record?.record);
    assert.equal(state?.mark, undefined, 'it is not known how it is marked');
  });
});
