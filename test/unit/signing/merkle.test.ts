import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leafHash } from '../../../signing/chain.ts';
import { CompactRange, nodeHash, rootOf } from '../../../signing/merkle.ts';
import { refusal } from './support.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Leaves and roots of the reference tests of Certificate Transparency (RFC 6962). */
const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));

/** RFC 6962 section 2.1 word for word, as a second opinion. */
function plainRoot(list: readonly Uint8Array[]): Uint8Array {
  if (list.length === 1) return list[0]!;
  let split = 1;
  while (split * 2 < list.length) split *= 2;
  return nodeHash(plainRoot(list.slice(0, split)), plainRoot(list.slice(split)));
}

describe('Merkle tree (RFC 6962)', () => {
  it('has the roots of the reference tests', () => {
    for (const [size, root] of roots.entries()) assert.equal(hex(rootOf(hashes.slice(0, size))), root);
  });

  it('agrees with the recursive definition, and goes on from its written state', () => {
    const many = Array.from({ length: 130 }, (_, i) => leafHash(Uint8Array.of(i)));
    let range = new CompactRange();
    many.forEach((hash, i) => {
      range.append(hash);
      assert.equal(hex(range.root()), hex(plainRoot(many.slice(0, i + 1))));
      range = CompactRange.from(JSON.parse(JSON.stringify(range)));
      assert.equal(range.size, i + 1);
    });
  });

  it('refuses a state that is none, and hashes of another length', () => {
    const bad = [
      { size: 3, roots: ['00'.repeat(32)] },
      { size: -1, roots: [] },
      { size: 1, roots: ['zz'.repeat(32)] },
    ];
    for (const state of bad) assert.throws(() => CompactRange.from(state), refusal('MERKLE_STATE'));
    assert.throws(() => new CompactRange().append(new Uint8Array(31)), refusal('MERKLE_HASH'));
  });
});
