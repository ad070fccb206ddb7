import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { duration, parseDuration } from '../../web/app/parts/duration.ts';
import { Rate } from '../../web/app/parts/rate.ts';

describe('pages: parts', () => {
  it('write and read a time in footage', () => {
    assert.equal(duration(3_729_400), '1:02:09');
    for (const [typed, ms] of [
      ['1:02:09', 3_729_000],
      ['2:09', 129_000],
      ['9', 9_000],
      ['０', undefined],
      ['1:60', undefined],
      ['1：02：09', 3_729_000],
      ['-1', undefined],
      ['', undefined],
    ] as const)
      assert.equal(parseDuration(typed), ms, typed);
  });

  it('tell how fast bytes went in the last seconds, and nothing once they stopped', () => {
    const rate = new Rate();
    rate.restart(1000, 0);
    assert.equal(rate.perSecond(0), 0);
    rate.note(3000, 1000);
    rate.note(3000, 1500);
    assert.equal(rate.perSecond(1500), 2000);
    rate.note(13_000, 5900);
    assert.equal(Math.round(rate.perSecond(5900)), Math.round(10_000 / 4.9));
    assert.equal(rate.perSecond(20_000), 0);
  });
});
