import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, describe, it } from 'mocha';
import { startApp, type TestApp } from '../support/app.ts';
import { must, refused } from '../support/client.ts';

const password = 'plum-window-harbour-41';

describe('commands of access', () => {
  let app: TestApp;
  before(async () => {
    app = await startApp();
  });
  after(() => app.destroy());

  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/main.ts', ...args], {
      env: { ...process.env, ...app.place, LOG_LEVEL: 'error' },
      encoding: 'utf8',
    });
  const tokenIn = (output: string) => /\/setup#token=([\w-]{43})\n/.exec(output)?.[1] ?? '';
  const setUp = (token: string, code: string) =>
    app.client().post('/setup', {
      token,
      agency: { name: '机关', code },
      administrator: { name: '王丽', username: 'wang', password },
    });

  it('make set-up links beside a live server', async () => {
    must(await setUp(tokenIn(run('setup-link').stdout), 'one'), 201);
    const refusedNow = run('setup-link');
    assert.deepEqual([refusedNow.status, refusedNow.stdout], [1, '']);
    must(await setUp(tokenIn(run('agency', 'add').stdout), 'two'), 201);
    assert.equal(run('agency', 'remove').status, 2);
  });

  it('rescue a locked security administrator, while no server runs', async () => {
    const enter = (word: string) =>
      app.client().post('/session', { agency: 'one', username: 'wang-security', password: word });
    for (let i = 0; i < 10; i++) {
      refused(await enter('wrong'), 401, 'LOGIN_FAILED');
      app.clock.advance(64_000);
    }
    refused(await enter('wrong'), 403, 'ACCOUNT_LOCKED');
    assert.equal(run('rescue', 'one', 'wang-security').status, 75);
    await app.stop();
    assert.equal(run('rescue', 'one', 'wang').status, 1);
    assert.equal(run('rescue', 'none', 'wang-security').status, 1);
    const [, oneTime = ''] = /: ([\w-]{20})\n$/.exec(run('rescue', 'ONE', 'wang-security').stdout) ?? [];
    app = await startApp({ dataDir: app.dataDir, clock: app.clock });
    assert.equal(must(await enter(oneTime)).mustChangePassword, true);
  });
});
