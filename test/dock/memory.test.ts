import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'mocha';
import { foundAgency } from '../support/agency.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { pdf } from '../support/uploads.ts';
import { of, Station, told } from './support.ts';

const ROUNDS = 6;
/** After so many rounds all code has run and is compiled. */
const WARM = 3;
const CARDS = 4;
const FILES = 4;
/** What may be held more after the last round than after the warm ones, KiB for each file that was brought in between. */
const KIB_PER_FILE = 16;

const probe = fileURLToPath(new URL('heap-probe.mjs', import.meta.url));

describe('the dock agent, card after card', function () {
  this.timeout(300_000);
  let app: TestApp;
  let station: Station;

  before(async () => {
    app = await startApp();
    const agency = await foundAgency(app);
    station = new Station(app.origin, (await agency.dock(await agency.department())).client.bearer ?? '');
  });
  after(async () => {
    station?.destroy();
    await app?.destroy();
  });

  it('keeps nothing of what it has brought and erased', async () => {
    const node = `--expose-gc --import ${probe}`;
    const agent = station.start(['--erase', '--status', '0', '--every', '0.2'], station.cards, { node });
    const held: number[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      for (let n = 0; n < CARDS * FILES; n++) {
        const [card, file] = [round * CARDS + (n % CARDS), Math.floor(n / CARDS) + 1];
        station.put(`${card}/TA${10_000 + card}_JX0227_2026112309360${file}.pdf`, pdf(`${card} ${file}`));
      }
      await told(agent, 'erased', round * CARDS * FILES);
      await told(agent, 'stated', round * CARDS);
      for (let n = 0; n < CARDS; n++) rmSync(join(station.cards, String(round * CARDS + n)), { recursive: true });
      await told(agent, 'detached', round * CARDS);
      agent.child.kill('SIGUSR2');
      await told(agent, 'held', round);
      held.push(of(agent.lines, 'held').at(-1)?.bytes / 1024);
    }
    agent.child.kill('SIGTERM');
    assert.equal((await agent.ended).code, 0);
    const grown = (held.at(-1)! - held[WARM - 1]!) / ((ROUNDS - WARM) * CARDS * FILES);
    assert.ok(grown < KIB_PER_FILE, `${grown.toFixed(1)} KiB a file: ${held.map(Math.round)}`);
  });
});
