import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { DataDirLocked, isLocked, lockDataDir } from '../../../storage/lock.ts';

describe('lock of the data folder', () => {
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tiezheng-'));
  });

  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is seen by commands, which make nothing', async () => {
    assert.equal(isLocked(dir), false);
    assert.equal(isLocked(join(dir, 'none')), false);
    assert.deepEqual(await readdir(dir), []);
    const lock = lockDataDir(join(dir, 'data'));
    assert.equal(isLocked(join(dir, 'data')), true);
    lock.release();
    assert.equal(isLocked(join(dir, 'data')), false);
  });

  it('refuses a second process, and is free after kill -9', async () => {
    const address = new URL('../../../storage/lock.ts', import.meta.url).href;
    const program = `import { lockDataDir } from '${address}'; lockDataDir(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await once(child.stdout, 'data');
      assert.throws(() => lockDataDir(dir), DataDirLocked);
      assert.equal(isLocked(dir), true);
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    assert.equal(isLocked(dir), false);
    lockDataDir(dir).release();
  });

  it('refuses a second holder in the same process', () => {
    const lock = lockDataDir(dir);
    assert.throws(() => lockDataDir(dir), DataDirLocked);
    assert.equal(isLocked(dir), true);
    lock.release();
    lockDataDir(dir).release();
  });
});
