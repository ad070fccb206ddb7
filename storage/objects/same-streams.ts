import type { Readable } from 'node:stream';
import { blocksOf } from './blocks.ts';

const BLOCK = 1024 * 1024;

/** Whether two streams give the same bytes; both are read or destroyed. */
export async function sameStreams(a: Readable, b: Readable): Promise<boolean> {
  const [left, right] = [blocksOf(a, BLOCK), blocksOf(b, BLOCK)];
  try {
    for (;;) {
      const [x, y] = await Promise.all([left.next(), right.next()]);
      if (x.done || y.done) return x.done === y.done;
      if (Buffer.compare(x.value, y.value) !== 0) return false;
    }
  } finally {
    a.destroy();
    b.destroy();
  }
}
