import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { openOnCard } from '../../scripts/dock/card-file.ts';
import { step } from '../../scripts/dock/jobs.ts';
import { look } from '../../scripts/dock/scan.ts';
import { pdf, sha256 } from '../support/uploads.ts';
import { agentOf, type TestedAgent } from './agent.ts';
import { of, Station } from './support.ts';

const HOUR = 3_600_000;

describe('the dock agent, looking at cards', () => {
  let station: Station;
  let agent: TestedAgent;

  beforeEach(() => {
    station = new Station('http://127.0.0.1:9', 'none');
    agent = agentOf(station);
  });
  afterEach(() => {
    agent.state.close();
    station.destroy();
  });

  const rows = () => [...agent.cards.keys()].flatMap((card) => agent.state.ofCard(card));
  const findings = () => of(agent.lines, 'finding').map(({ code }) => code);
  /** Looks until files have settled, then digests what is to be read. */
  async function read() {
    for (const _ of [1, 2]) await look(agent);
    for (const row of rows()) if (row.state === 'stable') await step(agent, agent.cards.get(row.card)!, row);
  }

  it('knows names that are no text, of cards and of files, and shows them as GBK', async () => {
    const [folder, file] = [Buffer.from('d6b4b7a8', 'hex'), Buffer.from('b5a5ceca2e706466', 'hex')];
    const path = Buffer.concat([Buffer.from(`${station.cards}/`), folder]);
    mkdirSync(path);
    writeFileSync(Buffer.concat([path, Buffer.from('/'), file]), pdf('gbk'));
    await read();
    assert.deepEqual([...agent.cards.keys()], ['folder:执法']);
    assert.deepEqual(
      rows().map(({ shown, sha256: digest }) => [shown, digest]),
      [['单问.pdf', sha256(pdf('gbk'))]],
    );
  });

  it('shows no character that turns or breaks a line', async () => {
    station.put('E/a\u202egpj.exe\n.pdf', pdf('turned'));
    await look(agent);
    assert.deepEqual(
      rows().map(({ shown }) => shown),
      ['a�gpj.exe�.pdf'],
    );
  });

  it('follows no link, neither to a file nor in a path that was swapped', async () => {
    const outside = join(station.folder, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'a.pdf'), 'secret');
    station.put('E/100/a.pdf', pdf('own'));
    symlinkSync(join(outside, 'a.pdf'), join(station.cards, 'E', 'link.pdf'));
    symlinkSync(outside, join(station.cards, 'E', '101'));
    symlinkSync(outside, join(station.cards, 'F'));
    await look(agent);
    assert.deepEqual(findings(), ['symlink', 'symlink']);
    assert.deepEqual([...agent.cards.keys()], ['folder:E']);
    assert.equal(rows().length, 1);
    renameSync(join(station.cards, 'E', '100'), join(station.folder, 'away'));
    symlinkSync(outside, join(station.cards, 'E', '100'));
    const root = Buffer.from(join(station.cards, 'E'));
    await assert.rejects(openOnCard(root, Buffer.concat([root, Buffer.from('/100/a.pdf')])), /not a file of this card/);
    const up = Buffer.concat([root, Buffer.from('/../../outside/a.pdf')]);
    await assert.rejects(openOnCard(root, up), /not a file of this card/);
  });

  it('has an end with trees that have none, and tells of each sort the first', async () => {
    station.put(`E/${'d/'.repeat(20)}deep.pdf`, pdf('deep'));
    station.put('E/a.pdf', pdf('flat'));
    for (let n = 0; n < 500; n++) symlinkSync('/etc', join(station.cards, 'E', `l${n}`));
    await look(agent);
    assert.deepEqual(
      rows().map(({ shown }) => shown),
      ['a.pdf'],
    );
    assert.equal(findings().filter((code) => code === 'symlink').length, 101);
    assert.equal(findings().filter((code) => code === 'too-deep').length, 1);
    const told = agent.lines.length;
    await look(agent);
    assert.equal(agent.lines.length, told, 'and not again');
  });

  it('takes another card in the same place for another', async () => {
    const first = station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('first'));
    await look(agent);
    station.put('E/TA00717_JX0227_20261123093601.pdf', pdf('second'));
    rmSync(first);
    await look(agent);
    assert.deepEqual([...agent.cards.keys()], ['TA00717']);
    assert.deepEqual(findings(), [], 'nothing is gone from the first');
    station.put('F/TA00717_JX0227_20261123093602.pdf', pdf('third'));
    for (const _ of [1, 2]) await look(agent);
    assert.deepEqual(findings(), ['same-device-twice']);
  });

  it('lets go of a card whose folder is another by now', async () => {
    station.put('E/a.pdf', pdf('mounted'));
    await look(agent);
    renameSync(join(station.cards, 'E'), join(station.folder, 'unmounted'));
    mkdirSync(join(station.cards, 'E'));
    await look(agent);
    assert.equal(of(agent.lines, 'detached').length, 1);
  });

  it('goes on with bytes that it knows, whatever the time of the file, and begins anew with others', async () => {
    const path = station.put('E/a.pdf', pdf('same'));
    await read();
    const [row] = rows();
    agent.state.set(row!.id, { record: 'r', state: 'erasable' });
    utimesSync(path, 1, 1);
    await read();
    assert.deepEqual(
      rows().map(({ state, record, begun }) => [state, record, begun]),
      [['brought', 'r', 0]],
    );
    writeFileSync(path, pdf('othe'));
    await read();
    assert.deepEqual(
      rows().map(({ state, record, begun }) => [state, record, begun]),
      [['hashed', undefined, 0]],
    );
    assert.deepEqual(findings(), ['changed']);
    writeFileSync(path, 'less');
    await read();
    assert.deepEqual(findings(), ['changed', 'shrunken']);
    rmSync(path);
    await look(agent);
    assert.deepEqual(findings(), ['changed', 'shrunken', 'gone']);
  });

  it('keeps the mark of a film that grows after its sidecar was read', async () => {
    const film = station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('grows'));
    station.put('E/TA00716_JX0227_20261123093601.json', '{"bzlx":"强制"}');
    const marks = () => rows().map(({ facts }) => facts.mark);
    await look(agent);
    assert.deepEqual(marks(), ['coercion', 'coercion']);
    appendFileSync(film, 'more');
    await look(agent);
    assert.deepEqual(marks(), ['coercion', 'coercion']);
    rmSync(join(station.cards, 'E/TA00716_JX0227_20261123093601.json'));
    appendFileSync(film, 'still more');
    await look(agent);
    assert.deepEqual(marks().sort(), ['coercion', 'coercion'], 'what told of it is gone');
  });

  it('measures a clock when a card is attached, and not anew while it stays', async () => {
    const stampAt = (ms: number) =>
      new Date(agent.now().getTime() + 8 * HOUR + ms).toISOString().slice(0, 19).replace('T', ' ');
    station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('clock'));
    station.put('E/LOG/20261123.log', `${stampAt(600_000)},2\r\n`);
    await look(agent);
    assert.deepEqual(findings(), ['clock-offset']);
    agent.cards.clear();
    agent.advance(HOUR);
    await look(agent);
    assert.deepEqual(findings(), ['clock-offset'], 'an agent that was started again');
    assert.ok(Math.abs(agent.state.card('TA00716')!.offsetMs! - 600_000) < 3000);
    station.put('E/LOG/20261123.log', `${stampAt(0)},2\r\n`);
    agent.cards.clear();
    await look(agent);
    assert.deepEqual(findings(), ['clock-offset'], 'it was set right');
    assert.ok(Math.abs(agent.state.card('TA00716')!.offsetMs!) < 3000);
  });

  it('measures no clock of a card from which all was erased, and whose log alone is left', async () => {
    const stamp = new Date(Date.now() + 8 * HOUR - 600_000).toISOString().slice(0, 19).replace('T', ' ');
    station.put('E/LOG/20261123.log', `${stamp},2\r\n`);
    await look(agent);
    assert.deepEqual(
      [[...agent.cards.values()].map(({ profile }) => profile.profile), findings()],
      [['ga-t-947-a'], []],
    );
  });

  it('comes back to what failed or was kept after an hour, not before', async () => {
    for (const name of ['a', 'b']) station.put(`E/${name}.pdf`, pdf(name));
    await read();
    const [a, b] = rows();
    const nextAt = agent.now().getTime() + HOUR;
    agent.state.set(a!.id, { state: 'failed', nextAt });
    agent.state.set(b!.id, { state: 'kept', nextAt });
    await look(agent);
    assert.deepEqual(
      rows().map(({ state }) => state),
      ['failed', 'kept'],
    );
    agent.advance(HOUR);
    await look(agent);
    assert.deepEqual(
      rows().map(({ state }) => state),
      ['stable', 'sealed'],
    );
  });
});
