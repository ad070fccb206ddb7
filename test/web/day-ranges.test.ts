import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readDays, writeDays } from '../../web/app/system/day-ranges.ts';

describe('days as people write them', () => {
  it('are read from lines and commas, single and from one to another', () => {
    const text = ' 2027-02-27 ~ 2027-03-01\n2027-01-01，2027-01-01；2027-05-01至2027-05-01\n\n';
    const days = ['2027-01-01', '2027-02-27', '2027-02-28', '2027-03-01', '2027-05-01'];
    assert.deepEqual(readDays(text), days);
    assert.equal(writeDays([...days, '2027-02-28']), '2027-01-01\n2027-02-27 ~ 2027-03-01\n2027-05-01');
    assert.deepEqual(readDays(writeDays(days)), days);
    assert.deepEqual(readDays(' \n '), []);
  });

  it('are refused when they are none', () => {
    for (const text of ['2027-02-30', '2027-1-1', '2027-01-02 ~ 2027-01-01', '2027-01-01 ~ 2028-01-01', '元旦'])
      assert.equal(readDays(text), undefined, text);
  });
});
