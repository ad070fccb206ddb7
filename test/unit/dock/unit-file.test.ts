import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'mocha';
import { readOptions } from '../../../scripts/dock/options.ts';

const page = readFileSync(fileURLToPath(new URL('../../../docs/dock.md', import.meta.url)), 'utf8');
const [, unit = ''] = /^```\n(\[Unit\]\n[^`]+)```/m.exec(page) ?? [];

describe('the unit file of docs/dock.md', () => {
  it('is one that systemd takes', function () {
    this.timeout(30_000);
    if (spawnSync('systemd-analyze', ['--version']).error) return this.skip();
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-unit-'));
    try {
      const file = join(folder, 'tiezheng-dock.service');
      // The program has to be there.
      writeFileSync(file, unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
      // Where systemd does not run there are no targets to begin at.
      const told = stderr.split('\n').filter((line) => line !== '' && !/sysinit\.target not found/.test(line));
      assert.deepEqual([status, told], [0, []]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('starts the agent with options that it has', () => {
    const [, given = ''] = /^ExecStart=.* dock (.*)$/m.exec(unit) ?? [];
    assert.equal(readOptions(given.split(' '))?.erase, true);
  });
});
