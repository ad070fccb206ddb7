import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { queryTerms, termsOf } from '../../../storage/documents/bigrams.ts';
import { encodeScalar, endOfType, indexValues, startOfType } from '../../../storage/documents/index-values.ts';

describe('encoded index values', () => {
  it('sort as numbers do', () => {
    const numbers = [
      -Number.MAX_VALUE,
      -1e10,
      -2,
      -1,
      -0.1,
      -Number.MIN_VALUE,
      0,
      Number.MIN_VALUE,
      0.1,
      1,
      2 ** 53,
      Number.MAX_VALUE,
    ];
    const encoded = numbers.map(encodeScalar);
    assert.deepEqual(encoded.toSorted(Buffer.compare), encoded);
    assert.deepEqual(encodeScalar(-0), encodeScalar(0));
  });

  it('lie between the bounds of their type', () => {
    for (const value of [null, -1, 'x', '', '\u{10ffff}'.repeat(100), false, true]) {
      const encoded = encodeScalar(value);
      assert.ok(Buffer.compare(startOfType(encoded), encoded) <= 0);
      assert.ok(Buffer.compare(encoded, endOfType(encoded)) < 0);
    }
  });

  it('stay short and distinct for long strings', () => {
    const long = '文'.repeat(1000);
    const values = [long, `${long}1`, `${long}2`, '\ud800', '\udc00', '\ufffd', 'a\0', 'a'].map((text) =>
      Buffer.from(encodeScalar(text)).toString('hex'),
    );
    assert.equal(new Set(values).size, values.length);
    for (const value of values) assert.ok(value.length <= 2 * 300);
  });

  it('are one or more for every body', () => {
    const count = (body: Parameters<typeof indexValues>[0], path = 'a.b') => indexValues(body, path).length;
    assert.equal(count({}), 1);
    assert.equal(count({ a: [] }), 1);
    assert.equal(count({ a: [{ b: 1 }, { b: 1 }, { b: [1, 2] }, {}] }), 3);
    assert.equal(count({ a: { b: { c: 1 } } }), 1);
    assert.equal(count({ a: 'text' }), 1);
  });
});

describe('words of full text', () => {
  it('are pairs of Chinese characters and the last one, and lower-case words', () => {
    assert.deepEqual(termsOf('执法记录 Body-cam 2026年'), ['执法', '法记', '记录', '录', 'body', 'cam', '2026', '年']);
    assert.deepEqual(termsOf(''), []);
    assert.deepEqual(termsOf('Ａ１ ①'), ['a1', '1']);
    assert.deepEqual(termsOf('葛\u{e0100}城'), ['葛城', '城']);
  });

  it('of a query are exact pairs and beginnings of words', () => {
    assert.deepEqual(queryTerms('执法记 b 录'), [
      { text: '执法', prefix: false },
      { text: '法记', prefix: false },
      { text: 'b', prefix: true },
      { text: '录', prefix: true },
    ]);
    assert.ok(queryTerms('一二三四五六七八九十'.repeat(1000)).length <= 64);
    for (const { text } of queryTerms('a"b*c OR (d) NEAR/2 {e} ^f :g \0h')) assert.match(text, /^[\p{L}\p{N}\p{M}]+$/u);
  });
});
