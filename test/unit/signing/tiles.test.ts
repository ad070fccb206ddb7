import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leafHash } from '../../../signing/chain.ts';
import { CompactRange } from '../../../signing/merkle.ts';
import { tileReader } from '../../../signing/tile-reader.ts';
import {
  encodeBundle,
  parseTilePath,
  perfectRoot,
  readBundle,
  readTile,
  type TilePlace,
  tilePath,
  tilesBetween,
} from '../../../signing/tiles.ts';
import {
  proveConsistency,
  proveInclusion,
  rootFrom,
  verifyConsistency,
  verifyInclusion,
} from '../../../signing/tree-proof.ts';
import { refusal } from './support.ts';

/** C2SP tlog-tiles, section "Merkle Tree" and "Entry bundles". */
const paths: [TilePlace, string][] = [
  [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
  [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
  [{ level: 1, index: 273, width: 112 }, 'tile/1/273.p/112'],
  [{ level: 'entries', index: 1000, width: 1 }, 'tile/entries/x001/000.p/1'],
  [{ level: 6, index: 5, width: 256 }, 'tile/6/005'],
];

describe('tiles of a log (C2SP tlog-tiles)', () => {
  it('have the paths of the specification, and lead back', () => {
    for (const [place, path] of paths) {
      assert.equal(tilePath(place), path);
      assert.deepEqual(parseTilePath(path), place);
    }
    const others = ['tile/0/00', 'tile/0/x000/001', 'tile/00/000', 'tile/7/000', 'tile/0/000.p/256', 'tile/0/000.p/0'];
    others.push(
      'tile/0/000.p/01',
      'tile/0/000/',
      'tile/0/x001',
      'tile/entries/0000',
      'tile/x/000',
      'tile/0/000\n',
      '/tile/0/000',
    );
    for (const path of others) assert.equal(parseTilePath(path), undefined, path);
    for (const place of [
      { level: 7, index: 0, width: 1 },
      { level: 0, index: -1, width: 1 },
      { level: 0, index: 0, width: 257 },
    ])
      assert.throws(() => tilePath(place), refusal('TILE_PLACE'));
  });

  it('hold a tree of any size: what is written between two sizes is enough for every proof', async () => {
    const stored = new Map<string, Uint8Array>();
    const range = new CompactRange();
    const rows: Uint8Array[][] = [[]];
    let size = 0;
    let last = { size: 0, root: range.root() };
    for (const next of [1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_793, 66_000]) {
      for (; size < next; size++) {
        const leaf = leafHash(Buffer.from(String(size)));
        range.append(leaf);
        rows[0]!.push(leaf);
      }
      for (const place of tilesBetween(last.size, size)) {
        const from = place.index * 256;
        const row = rows[place.level] ?? [];
        rows[place.level] = row;
        if (place.level > 0)
          for (let at = row.length; at < from + place.width; at++)
            row.push(perfectRoot(rows[place.level - 1]!.slice(at * 256, (at + 1) * 256)));
        stored.set(tilePath(place), Buffer.concat(row.slice(from, from + place.width)));
      }
      const read = tileReader(async (place) => stored.get(tilePath(place)) ?? assert.fail(tilePath(place)), size);
      const head = { size, root: range.root() };
      assert.deepEqual(Buffer.from(await rootFrom(read, size)), Buffer.from(head.root));
      for (const index of [0, Math.floor(size / 2), size - 1]) {
        const path = await proveInclusion(read, index, size);
        verifyInclusion(rows[0]![index]!, index, size, head.root, path);
      }
      if (last.size > 0) verifyConsistency(last, head, await proveConsistency(read, last.size, size));
      last = head;
    }
  }).timeout(20_000);

  it('refuses tiles and bundles of another length', () => {
    assert.throws(() => readTile(new Uint8Array(33), 1), refusal('TILE_SIZE'));
    assert.throws(() => readTile(new Uint8Array(64), 1), refusal('TILE_SIZE'));
    const entries = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(65_535, 7)];
    const bundle = encodeBundle(entries);
    assert.equal(bundle.length, 65_536 + 6);
    assert.deepEqual(
      readBundle(bundle, 3).map((e) => e.length),
      [0, 1, 65_535],
    );
    for (const width of [2, 4]) assert.throws(() => readBundle(bundle, width), refusal('BUNDLE_SIZE'));
    for (const cut of [1, 3, 4, 5, bundle.length - 1])
      assert.throws(() => readBundle(bundle.subarray(0, cut), 3), refusal('BUNDLE_SIZE'));
    assert.throws(() => encodeBundle([new Uint8Array(65_536)]), refusal('BUNDLE_ENTRY'));
  });
});
