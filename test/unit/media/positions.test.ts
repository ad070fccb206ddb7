import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fileTime } from '../../../server/media/file-times.ts';
import { coordinates, iso6709 } from '../../../server/media/positions.ts';

describe('iso6709', () => {
  const read = (text: string) => {
    const found = iso6709(text);
    return found && [found.latitude, found.longitude];
  };
  it('reads degrees, minutes and seconds', () => {
    assert.deepEqual(read('+30.2741+120.1551/'), ['30.2741000', '120.1551000']);
    assert.deepEqual(read('+30.2741+120.1551+012.345/'), ['30.2741000', '120.1551000']);
    assert.deepEqual(read('-33.8688-070.6693+500CRSWGS_84/'), ['-33.8688000', '-70.6693000']);
    assert.deepEqual(read('+3016.446+12009.306/'), ['30.2741000', '120.1551000']);
    assert.deepEqual(read('+301626.76+1200918.36/'), ['30.2741000', '120.1551000']);
    assert.deepEqual(read('+00.0000-000.0000/'), ['0.0000000', '0.0000000']);
    assert.equal(iso6709('+30.2741+120.1551/')?.iso6709, '+30.2741+120.1551/');
  });
  it('refuses what is none', () => {
    for (const text of [
      '',
      '/',
      '30.27,120.15',
      '+91+000/',
      '+00+181/',
      '+3060+12000/',
      '+3+1/',
      '+30.2741',
      '+301+12000/',
      '+30+120/x',
    ]) {
      assert.equal(iso6709(text), undefined, text);
    }
    assert.equal(coordinates(Number.NaN, 0), undefined);
    assert.equal(coordinates(0, Number.POSITIVE_INFINITY), undefined);
  });
});

describe('fileTime', () => {
  it('tells an instant only where the zone is told', () => {
    assert.equal(fileTime('t', '2023-11-05T10:15:30+0800')?.instant, '2023-11-05T02:15:30.000Z');
    assert.equal(fileTime('t', '2023-11-05 10:15:30', '+08:00')?.instant, '2023-11-05T02:15:30.000Z');
    assert.equal(fileTime('t', '2023-11-05T10:15:30')?.local, '2023-11-05T10:15:30');
    assert.equal(fileTime('t', '2023-11-05T10:15:30', '   :  ')?.local, '2023-11-05T10:15:30');
  });
  it('keeps what it cannot read, and believes no clock that was never set', () => {
    assert.deepEqual(fileTime('t', '1904-01-01T00:00:00.000000Z'), { raw: '1904-01-01T00:00:00.000000Z', source: 't' });
    assert.deepEqual(fileTime('t', 'Sun Nov  5 10:15:30 2023'), { raw: 'Sun Nov  5 10:15:30 2023', source: 't' });
    assert.deepEqual(fileTime('t', '2023-13-05T10:15:30Z'), { raw: '2023-13-05T10:15:30Z', source: 't' });
    assert.equal(fileTime('t', ' \0 '), undefined);
    assert.equal(fileTime('t', 5), undefined);
    assert.equal(fileTime('t', 'x'.repeat(1000))?.raw.length, 100);
  });
});
