import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rateAt, readLimits, Throttle } from '../../../scripts/dock/rate-limits.ts';
import { BackOff } from '../../../server/back-off.ts';

const ZONE = 'Asia/Shanghai';
const at = (local: string) => new Date(`2026-11-23T${local}:00+08:00`);

describe('what a dock may send', () => {
  it('goes by hours in the zone of the station, over midnight too', () => {
    const limits = readLimits('08:00-18:00=512k,22:00-06:00=off,4M')!;
    const rates = ['07:59', '08:00', '17:59', '18:00', '23:00', '05:59', '06:00'].map((local) =>
      rateAt(limits, at(local), ZONE),
    );
    const [day, else_] = [512 * 1024, 4 * 1024 ** 2];
    assert.deepEqual(rates, [else_, day, day, else_, Infinity, Infinity, else_]);
    assert.equal(rateAt([], at('12:00'), ZONE), Infinity);
    assert.equal(rateAt(readLimits('1.5g')!, at('12:00'), ZONE), 1.5 * 1024 ** 3);
  });

  it('is refused where it is not of the form, or so little that connections would die', () => {
    for (const text of ['', 'fast', '0', '8k', '-1', '4M,', '25:00-26:00=1M', '08:00=1M', '08:00-24:01=1M', '1T'])
      assert.equal(readLimits(text), undefined, text);
  });

  it('is one budget for all who send, and follows the clock while they wait', async () => {
    const stopping = new AbortController();
    let hour = '12:00';
    const throttle = new Throttle(readLimits('08:00-18:00=64k')!, ZONE, () => at(hour), stopping.signal);
    const began = performance.now();
    await Promise.all([1, 2, 3, 4].map(() => throttle.pass(4096)));
    const took = performance.now() - began;
    assert.ok(took >= 240, `16 KiB at 64 KiB/s took ${took} ms`);
    const slow = throttle.pass(64 * 1024 ** 2);
    hour = '18:00';
    await slow;
    hour = '12:00';
    const never = throttle.pass(64 * 1024 ** 2);
    stopping.abort();
    await assert.rejects(never, { name: 'AbortError' });
  });
});

describe('asking a service that is away', () => {
  it('is twice as long apart each time, up to ten minutes, and no two docks come back at once', () => {
    let now = 0;
    const chance = [0, 0.5, 1];
    const pausesOf = (jitter: () => number) => {
      const backOff = new BackOff(() => new Date(now), { firstMs: 1000, jitter });
      return Array.from({ length: 400 }, () => {
        const pause = backOff.failed('service');
        now += pause - 1;
        assert.ok(backOff.rests('service'));
        now += 1;
        assert.ok(!backOff.rests('service'));
        return pause;
      });
    };
    const [never, half, always] = chance.map((each) => pausesOf(() => each)) as [number[], number[], number[]];
    assert.deepEqual(never.slice(0, 4), [1000, 2000, 4000, 8000]);
    assert.equal(never.at(-1), 600_000, 'for days');
    assert.deepEqual(half.slice(0, 2), [750, 1500]);
    assert.equal(always.at(-1), 300_000);
    const backOff = new BackOff(() => new Date(now), { firstMs: 1000 });
    for (const _ of [1, 2, 3]) backOff.failed('service');
    backOff.worked('service');
    assert.equal(backOff.failed('service'), 1000, 'and anew once it answered');
  });
});
