import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { covers, departmentsAt, instantIn, overlap } from '../../../server/access/periods.ts';

const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T00:00:00.000Z`;

describe('periods', () => {
  it('hold from their beginning up to, and not at, their end', () => {
    assert.equal(covers({ from: at(2), to: at(4) }, at(1)), false);
    assert.equal(covers({ from: at(2), to: at(4) }, at(2)), true);
    assert.equal(covers({ from: at(2), to: at(4) }, at(4)), false);
    assert.equal(covers({ from: at(2) }, '9999-01-01T00:00:00.000Z'), true);
  });

  it('overlap when an instant is in both', () => {
    assert.equal(overlap({ from: at(1), to: at(2) }, { from: at(2) }), false);
    assert.equal(overlap({ from: at(1), to: at(3) }, { from: at(2), to: at(4) }), true);
    assert.equal(overlap({ from: at(5) }, { from: at(1) }), true);
    assert.equal(overlap({ from: at(5) }, { from: at(1), to: at(5) }), false);
  });

  it('name each department once', () => {
    const held = [
      { departmentId: 'a', from: at(1), to: at(5) },
      { departmentId: 'b', from: at(3) },
      { departmentId: 'a', from: at(2) },
    ];
    assert.deepEqual(departmentsAt(held, at(4)), ['a', 'b']);
    assert.deepEqual(departmentsAt(held, at(1)), ['a']);
  });

  it('come in any offset and are kept in UTC; years that do not fit are refused', () => {
    assert.equal(instantIn.parse('2026-01-01T08:00:00+08:00'), '2026-01-01T00:00:00.000Z');
    for (const bad of [
      '2026-01-01',
      '2026-02-30T00:00:00Z',
      '9999-12-31T23:59:59-10:00',
      '0000-01-01T00:00:00+10:00',
    ]) {
      assert.equal(instantIn.safeParse(bad).success, false, bad);
    }
  });
});
