import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'mocha';
import { delayAfter } from '../../../server/access/attempts.ts';
import { Gate, Turns } from '../../../server/access/gate.ts';
import { checkStrength, hashPassword, verifyPassword } from '../../../server/access/password.ts';

describe('passwords', () => {
  it('are kept as argon2id with their parameters, each with its own nonce', async () => {
    const [one, two] = await Promise.all([
      hashPassword('铁证-window-41', randomBytes),
      hashPassword('铁证-window-41', randomBytes),
    ]);
    assert.notEqual(one.tag, two.tag);
    assert.doesNotMatch(JSON.stringify(one), /window/);
    assert.equal(await verifyPassword('铁证-window-41', one), true);
    assert.equal(await verifyPassword('铁证－ｗindow-41'.replace('－', '-'), one), true, 'the same in full width');
    assert.equal(await verifyPassword('铁证-window-42', one), false);
    assert.equal(await verifyPassword('', one), false);
    assert.equal(await verifyPassword('anything', undefined), false);
    const older = { ...one, passes: one.passes + 1 };
    assert.equal(await verifyPassword('铁证-window-41', older), false, 'parameters belong to the hash');
  });

  it('are refused when short, common, or made of known words', async () => {
    const ok = (password: string) =>
      checkStrength(password, ['zhangsan', '张三', 'lqedu'], '/next').then(
        () => true,
        () => false,
      );
    const taken = async (passwords: string[]) => {
      const results = await Promise.all(passwords.map(ok));
      return passwords.filter((_, i) => results[i]);
    };
    const refused = [
      'plum-win-41',
      'password12345',
      'qwertyuiop123',
      'aaaaaaaaaaaaaaaa',
      'zhangsan12345',
      'lqedu@123456',
      'Tiezheng@2026',
      '管理员管理员管理员管理员',
      '𝒂𝒂𝒂',
    ];
    assert.deepEqual(await taken(refused), []);
    const good = ['plum-window-harbour', '春江花月夜里看铁轨与灯塔', 'x7Kq-29fm-Lw3z', 'correct horse battery staple'];
    assert.deepEqual(await taken(good), good);
  });

  it('are judged in bounded time, whatever is sent', async () => {
    const began = performance.now();
    for (const long of ['aB3$'.repeat(64), 'qwerty'.repeat(42), '0'.repeat(256)]) {
      // Taken or refused: only the time matters here.
      await checkStrength(long, [], '/next').catch(() => {});
    }
    assert.ok(performance.now() - began < 10_000);
  });

  it('are delayed 1, 2, 4 … 64 seconds after the third', () => {
    assert.deepEqual([0, 1, 2, 3, 4, 5, 9].map(delayAfter), [0, 0, 0, 1, 2, 4, 64]);
  });
});

describe('a gate', () => {
  it('lets a few through at a time, in order, and goes on after an error', async () => {
    const gate = new Gate(2, 10);
    let [inside, most] = [0, 0];
    const order: number[] = [];
    const results = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((n) =>
        gate.through(async () => {
          most = Math.max(most, ++inside);
          await new Promise((resolve) => setTimeout(resolve, 2));
          inside -= 1;
          order.push(n);
          if (n === 2) throw new Error('two');
        }),
      ),
    );
    assert.equal(most, 2);
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
    assert.equal(results.filter(({ status }) => status === 'rejected').length, 1);
  });

  it('refuses when too many wait', async () => {
    const turns = new Turns(1);
    let release = () => {};
    const first = turns.take(
      'a',
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    const second = turns.take('a', async () => {});
    await assert.rejects(
      turns.take('a', async () => {}),
      { code: 'TOO_MANY_REQUESTS' },
    );
    await turns.take('b', async () => {});
    release();
    await Promise.all([first, second]);
  });
});
