import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { randomOf } from './random.ts';
import { tryOne } from './target.ts';
import { targets } from './targets.ts';

/** The first of the inputs of `npm run fuzz`. */
const COUNT = 200;

describe('parsers of what strangers send', () => {
  for (const target of targets) {
    it(`${target.name}: changed inputs, no crash, no false yes`, async () => {
      for (let index = 0; index < COUNT / (target.oneIn ?? 1); index++) {
        assert.equal(await tryOne(target, randomOf(1, index), index), undefined);
      }
    });
  }
});
