import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { addSpan, addSpans, Delivered } from '../../../server/retrieval/ranges.ts';
import { delivered } from '../../../server/retrieval/viewing-commands.ts';

describe('retrieval/ranges', () => {
  it('makes one of spans that overlap or touch, and keeps others apart and in order', () => {
    assert.deepEqual(addSpan([], { from: 5, to: 9 }), [{ from: 5, to: 9 }]);
    assert.deepEqual(addSpan([{ from: 5, to: 9 }], { from: 10, to: 12 }), [{ from: 5, to: 12 }]);
    assert.deepEqual(addSpan([{ from: 5, to: 9 }], { from: 0, to: 4 }), [{ from: 0, to: 9 }]);
    assert.deepEqual(addSpan([{ from: 5, to: 9 }], { from: 0, to: 3 }), [
      { from: 0, to: 3 },
      { from: 5, to: 9 },
    ]);
    const three = [
      { from: 0, to: 1 },
      { from: 5, to: 6 },
      { from: 20, to: 30 },
    ];
    assert.deepEqual(addSpan(three, { from: 1, to: 19 }), [{ from: 0, to: 30 }]);
    assert.deepEqual(addSpan(three, { from: 22, to: 25 }), three);
  });

  it('is the set of bytes delivered, whatever their order', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    const seen = new Set<number>();
    const held = new Delivered();
    let bytes = 0;
    for (let i = 0; i < 400; i++) {
      const from = random(2000);
      const length = random(9);
      held.add('r', from, length);
      bytes += length;
      for (let at = from; at < from + length; at++) seen.add(at);
    }
    const { count } = held;
    const taken = held.take();
    assert.equal(taken.bytes, bytes);
    assert.equal(taken.ranges.length, count);
    const told = taken.ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    assert.deepEqual(
      told,
      [...seen].sort((a, b) => a - b),
    );
    assert.ok(held.empty);
  });

  it('keeps records apart', () => {
    const spans = addSpans(
      [{ recordId: 'a', from: 0, to: 4 }],
      [
        { recordId: 'b', from: 5, to: 9 },
        { recordId: 'a', from: 5, to: 9 },
      ],
    );
    assert.deepEqual(spans, [
      { recordId: 'a', from: 0, to: 9 },
      { recordId: 'b', from: 5, to: 9 },
    ]);
  });

  it('takes back what could not be kept', () => {
    const held = new Delivered();
    held.add('a', 0, 10);
    held.add('a', 0, 10);
    const taken = held.take();
    held.add('a', 10, 5);
    held.putBack(taken);
    assert.deepEqual(held.take(), { ranges: [{ recordId: 'a', from: 0, to: 14 }], bytes: 25 });
  });

  it('splits what is too long for one entry, with every byte counted once', () => {
    const ranges = Array.from({ length: 450 }, (_, i) => ({ recordId: 'a', from: i * 10, to: i * 10 + 3 }));
    const events = delivered({ ranges, bytes: 450 * 4 + 77 });
    const data = events.map((event) => event.data as { ranges: unknown[]; bytes: number });
    assert.deepEqual(
      data.map(({ ranges: part, bytes }) => [part.length, bytes]),
      [
        [200, 800],
        [200, 800],
        [50, 277],
      ],
    );
    assert.deepEqual(delivered({ ranges: [], bytes: 0 }), []);
  });
});
