import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leafHash } from '../../../signing/chain.ts';
import { nodeHash, rootOf } from '../../../signing/merkle.ts';
import {
  type HashReader,
  proveConsistency,
  proveInclusion,
  rootFrom,
  verifyConsistency,
  verifyInclusion,
} from '../../../signing/tree-proof.ts';
import { refusal } from './support.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The leaves of the reference tests of Certificate Transparency (RFC 6962). */
const reference = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];

function naive(leaves: readonly Uint8Array[]): HashReader {
  const at = (level: number, index: number): Uint8Array =>
    level === 0 ? leaves[index]! : nodeHash(at(level - 1, index * 2), at(level - 1, index * 2 + 1));
  return async (level, index) => at(level, index);
}

const MOST = 70;
const leaves = Array.from({ length: MOST }, (_, i) => leafHash(Buffer.from(`entry ${i}`)));
const roots = Array.from({ length: MOST + 1 }, (_, size) => rootOf(leaves.slice(0, size)));
const read = naive(leaves);

describe('proofs in the tree (RFC 6962, RFC 9162)', () => {
  it('has the inclusion proofs of the reference tests', async () => {
    const known = naive(reference.map((leaf) => leafHash(Buffer.from(leaf, 'hex'))));
    const path = (await proveInclusion(known, 5, 8)).map(hex);
    assert.deepEqual(path, [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    assert.deepEqual((await proveConsistency(known, 6, 8)).map(hex), [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('proves every leaf of every tree, and no other leaf, place, size or root', async () => {
    for (let size = 1; size <= MOST; size++) {
      assert.equal(hex(await rootFrom(read, size)), hex(roots[size]!));
      for (let index = 0; index < size; index += size > 20 ? 7 : 1) {
        const path = await proveInclusion(read, index, size);
        verifyInclusion(leaves[index]!, index, size, roots[size]!, path);
        const refused = (...wrong: Parameters<typeof verifyInclusion>) =>
          assert.throws(() => verifyInclusion(...wrong), refusal('INCLUSION'));
        refused(leaves[(index + 1) % MOST]!, index, size, roots[size]!, path);
        refused(leaves[index]!, index, size, roots[size - 1]!, path);
        refused(leaves[index]!, size, size, roots[size]!, path);
        refused(leaves[index]!, index, size, roots[size]!, [...path, roots[0]!]);
        if (size > 1) refused(leaves[index]!, index, size, roots[size]!, path.slice(1));
        if (size > 1) refused(leaves[index]!, (index + 1) % size, size, roots[size]!, path);
      }
    }
  });

  it('proves every tree a prefix of every later one, and no other', async () => {
    for (let second = 1; second <= MOST; second++) {
      for (let first = 1; first <= second; first += second > 20 ? 5 : 1) {
        const path = await proveConsistency(read, first, second);
        const [a, b] = [
          { size: first, root: roots[first]! },
          { size: second, root: roots[second]! },
        ];
        verifyConsistency(a, b, path);
        const refused = (...wrong: Parameters<typeof verifyConsistency>) =>
          assert.throws(() => verifyConsistency(...wrong), refusal('CONSISTENCY'));
        refused({ ...a, root: roots[first - 1]! }, b, path);
        refused(a, { ...b, root: roots[second - 1]! }, path);
        refused(a, b, [...path, roots[0]!]);
        for (let at = 0; at < path.length; at++) refused(a, b, path.with(at, roots[0]!));
        if (first < second) refused(b, a, path);
      }
    }
    verifyConsistency({ size: 0, root: roots[0]! }, { size: 3, root: roots[3]! }, []);
  });

  it('asks for nothing outside the tree', async () => {
    for (const [index, size] of [
      [1, 1],
      [-1, 2],
      [0, 0],
      [0.5, 2],
    ] as const)
      await assert.rejects(proveInclusion(read, index, size), refusal('TREE_RANGE'));
    for (const [first, second] of [
      [0, 2],
      [3, 2],
      [1.5, 3],
    ] as const)
      await assert.rejects(proveConsistency(read, first, second), refusal('TREE_RANGE'));
  });
});
