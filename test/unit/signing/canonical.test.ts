import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { canonicalBytes, parseCanonical } from '../../../signing/canonical.ts';
import { refusal } from './support.ts';

const text = (value: unknown) => Buffer.from(canonicalBytes(value)).toString();

describe('canonical JSON (RFC 8785)', () => {
  it('orders names and escapes as the RFC says', () => {
    assert.equal(
      text({ b: [1, -2, null, true], a: { z: '', A: '执法\u0001\n"\\/€' } }),
      '{"a":{"A":"执法\\u0001\\n\\"\\\\/€","z":""},"b":[1,-2,null,true]}',
    );
    assert.equal(text({ '': 1, '10': 2, '9': 3 }), '{"":1,"10":2,"9":3}');
    assert.equal(text('😂'), '"😂"');
  });

  it('refuses what other tools would write differently', () => {
    const deep = JSON.parse('['.repeat(70) + ']'.repeat(70));
    const values = [
      1.5,
      2 ** 53,
      Number.NaN,
      undefined,
      [undefined],
      { a: undefined },
      '\ud800',
      { 名: 1 },
      new Date(),
      1n,
      deep,
    ];
    for (const value of [...values, () => 1, { toJSON: () => 1 }, JSON.parse('{"__proto__":1}'), new Map()]) {
      assert.throws(() => canonicalBytes(value), refusal('CANONICAL_VALUE'));
    }
  });

  it('parses canonical bytes only', () => {
    const bytes = canonicalBytes({ a: [1, 'é'], b: null });
    assert.deepEqual(parseCanonical(bytes), { a: [1, 'é'], b: null });
    const others = [
      '',
      ' 1',
      '1 ',
      '{"a":1,"a":1}',
      '{"b":1,"a":1}',
      '1.0',
      '1e2',
      '-0',
      '"\\u0061"',
      '\ufeff1',
      '"\\/"',
      '[1,]',
      '9007199254740993',
    ];
    for (const other of [...others, '['.repeat(100_000)]) {
      assert.throws(() => parseCanonical(Buffer.from(other)), refusal('CANONICAL_BYTES'), other.slice(0, 20));
    }
    assert.throws(() => parseCanonical(Uint8Array.of(0x22, 0xff, 0x22)), refusal('CANONICAL_BYTES'));
  });

  it('refuses every one-byte change or reads it as another value', () => {
    const value = { name: '现场.mp4', size: 12, list: [true, null] };
    const bytes = canonicalBytes(value);
    for (let at = 0; at < bytes.length; at++) {
      const other = Uint8Array.from(bytes);
      other[at]! ^= 0x01;
      let read: unknown;
      try {
        read = parseCanonical(other);
      } catch (error) {
        assert.ok(refusal('CANONICAL_BYTES')(error));
      }
      assert.notDeepEqual(read, value);
    }
  });
});
