import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { inCells, spoken, widthOf } from '../../scripts/dock/spoken.ts';
import { pdf } from '../support/uploads.ts';
import { Station } from './support.ts';

const main = fileURLToPath(new URL('../../scripts/main.ts', import.meta.url));

describe('the dock agent on a terminal', function () {
  // Processes start, and a machine may be busy.
  this.timeout(90_000);
  it('draws a bar for each card that is not done and one for all, and tells lines above them', function () {
    // util-linux gives the process a terminal.
    if (spawnSync('script', ['--version']).error) return this.skip();
    const station = new Station('http://127.0.0.1:9', 'none');
    station.put('E/TA00716_JX0227_20261123093601.pdf', pdf('terminal'));
    station.put('执法记录仪卡/b.pdf', pdf('wide'));
    const args = ['--watch', station.cards, '--server', station.origin, '--token-file', join(station.folder, 'token')];
    const more = ['--state', join(station.folder, 'dock.db'), '--once', '--patience', '3', '--settle', '0'];
    const command = [process.execPath, main, 'dock', ...args, ...more].map((each) => `'${each}'`).join(' ');
    const { stdout, status } = spawnSync('script', ['-qec', `stty cols 80 rows 24; ${command}`, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, TERM: 'xterm' },
    });
    station.destroy();
    assert.equal(status, 69);
    assert.match(stdout, /接入 attached: TA00716 · E · ga-t-947-a · 1 个文件 files/);
    assert.match(stdout, /TA00716 {17} \[-{24}\] 0% 0\/1 MiB/);
    assert.match(stdout, /folder:执法记录仪卡 {5} \[-{24}\] 0% 0\/1 MiB/);
    assert.match(stdout, /全部 all {16} \[-{24}\] 0% 0\/1 MiB · 0\.0 MiB\/s · 余 left 2/);
    assert.match(stdout, /服务无应答 no answer: /);
    assert.match(stdout, /\u001b\[\?25h/, 'the cursor is back');
    assert.doesNotMatch(stdout, /"event"/);
  });

  it('fits lines into its columns, Chinese too', () => {
    assert.equal(widthOf('采集站 dock'), 11);
    assert.equal(inCells('采集站', 8), '采集站  ');
    assert.equal(inCells('采集站采集站', 8), '采集站… ');
    assert.equal(inCells('dock agent', 6), 'dock …');
    assert.match(spoken('finding', { card: 'TA00716', code: 'gone', detail: 'a.mp4' }) ?? '', /文件缺失 gone · a\.mp4/);
    assert.equal(spoken('read', {}), undefined);
  });
});
