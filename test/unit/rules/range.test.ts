import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ifRangeMatches, parseRange } from '../../../server/http/range.ts';

describe('parseRange', () => {
  const cases: [string | undefined, number, ReturnType<typeof parseRange>][] = [
    [undefined, 100, undefined],
    ['', 100, undefined],
    ['bytes=0-0', 100, { start: 0, end: 0 }],
    ['bytes=0-', 100, { start: 0, end: 99 }],
    ['bytes=99-', 100, { start: 99, end: 99 }],
    ['bytes=0-99999999999999999999999', 100, { start: 0, end: 99 }],
    ['BYTES=10-20', 100, { start: 10, end: 20 }],
    ['bytes=-1', 100, { start: 99, end: 99 }],
    ['bytes=-100', 100, { start: 0, end: 99 }],
    ['bytes=-101', 100, { start: 0, end: 99 }],
    ['bytes=-0', 100, 'unsatisfiable'],
    ['bytes=100-', 100, 'unsatisfiable'],
    ['bytes=100-200', 100, 'unsatisfiable'],
    [`bytes=${'9'.repeat(400)}-`, 100, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=-5', 0, 'unsatisfiable'],
    ['bytes=5-2', 100, undefined],
    ['bytes=5-2', 0, undefined],
    ['bytes=-', 100, undefined],
    ['bytes=a-b', 100, undefined],
    ['bytes=1.5-2', 100, undefined],
    ['bytes=+1-2', 100, undefined],
    ['bytes=0x1-2', 100, undefined],
    ['bytes=--5', 100, undefined],
    ['bytes=1 2-3', 100, undefined],
    ['bytes=0-1,5-6', 100, undefined],
    ['bytes=0-1,', 100, undefined],
    ['bytes 0-1', 100, undefined],
    ['seconds=0-1', 100, undefined],
    ['bytes=٠-٥', 100, undefined],
  ];
  for (const [header, size, expected] of cases) {
    it(`${header?.slice(0, 40)} of ${size}: ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(parseRange(header, size), expected);
    });
  }

  it('keeps offsets beyond 32 bits exact', () => {
    const size = 10 * 1024 ** 3;
    assert.deepEqual(parseRange(`bytes=${size - 1}-`, size), { start: size - 1, end: size - 1 });
  });
});

describe('ifRangeMatches', () => {
  it('lets an absent header, and the same strong tag', () => {
    assert.equal(ifRangeMatches(undefined, '"a"'), true);
    assert.equal(ifRangeMatches('"a"', '"a"'), true);
  });
  it('refuses other tags, weak tags, lists and dates', () => {
    for (const header of ['"b"', 'W/"a"', '"a", "b"', '*', '', 'Wed, 21 Oct 2026 07:28:00 GMT']) {
      assert.equal(ifRangeMatches(header, '"a"'), false, header);
    }
    assert.equal(ifRangeMatches('W/"a"', 'W/"a"'), false);
  });
});
