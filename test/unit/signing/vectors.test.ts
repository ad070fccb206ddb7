import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { canonicalBytes } from '../../../signing/canonical.ts';
import { leafHash } from '../../../signing/chain.ts';
import { readCheckpoint, verifyCheckpoint } from '../../../signing/checkpoint.ts';
import { verifyForeign } from '../../../signing/foreign-cms.ts';
import { rootOf } from '../../../signing/merkle.ts';
import { lineOf, parseNote, readVerifierKey, signatureTypes, verifyWith } from '../../../signing/note.ts';
import { tileReader } from '../../../signing/tile-reader.ts';
import { hashesAt, parseTilePath, readBundle, readTile, TILE_WIDTH, tilePath } from '../../../signing/tiles.ts';
import { imprintOf, tokenOfReply, verifyToken } from '../../../signing/timestamp.ts';
import { proveConsistency, proveInclusion, verifyConsistency, verifyInclusion } from '../../../signing/tree-proof.ts';
import { vector } from '../../support/vector.ts';
import { refusal } from './support.ts';

/** What test/vectors/README.md names. */
const json = (name: string) => JSON.parse(vector(name).toString());
const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('published vectors: trees (RFC 6962, RFC 9162)', () => {
  const { leaves, roots, inclusion, consistency } = json('tree.json');
  const hashes: Uint8Array[] = leaves.map((leaf: string) => leafHash(bytes(leaf)));
  const tree = (size: number) => ({ size, root: bytes(roots[size - 1]) });
  const reader = tileReader(async ({ width }) => Buffer.concat(hashes.slice(0, width)), hashes.length);

  it('roots', () => {
    for (let size = 1; size <= hashes.length; size++) {
      assert.deepEqual(Buffer.from(rootOf(hashes.slice(0, size))), tree(size).root);
    }
  });

  it('inclusion proofs are verified and made, and are of no other leaf', async () => {
    for (const { leaf, size, path } of inclusion) {
      const proof = path.map(bytes);
      verifyInclusion(hashes[leaf]!, leaf, size, tree(size).root, proof);
      const other = (leaf + 1) % hashes.length;
      assert.throws(() => verifyInclusion(hashes[other]!, leaf, size, tree(size).root, proof), refusal('INCLUSION'));
      if (size === hashes.length) assert.deepEqual((await proveInclusion(reader, leaf, size)).map(Buffer.from), proof);
    }
  });

  it('consistency proofs are verified and made, and are of no other tree', async () => {
    for (const { first, second, path } of consistency) {
      const proof = path.map(bytes);
      verifyConsistency(tree(first), tree(second), proof);
      const other = { size: first, root: tree(second + 1 > hashes.length ? 2 : second + 1).root };
      assert.throws(() => verifyConsistency(other, tree(second), proof), refusal('CONSISTENCY'));
      if (second === hashes.length) {
        assert.deepEqual((await proveConsistency(reader, first, second)).map(Buffer.from), proof);
      }
    }
  });
});

describe('published vectors: notes and tiles (C2SP)', () => {
  const { signed, poem, cosigned, tiles } = json('notes.json');

  it('the signed note of Go', () => {
    const key = readVerifierKey(signed.vkey, signatureTypes.log);
    const note = parseNote(signed.note);
    const line = lineOf(note, key);
    assert.ok(line && verifyWith(key, note.body, line.signature));
    assert.ok(!verifyWith(key, note.body.replace('know', 'see'), line.signature));
  });

  it('a text with empty lines and letters of any language', () => {
    const { body, lines } = parseNote(poem);
    assert.ok(body.endsWith('\n\ned è subito sera.\n'));
    assert.deepEqual(
      lines.map(({ name }) => name),
      ['quasimodo.example/salvatore'],
    );
  });

  it('a cosigned checkpoint', () => {
    const { origin, size, note } = readCheckpoint(cosigned.note);
    assert.deepEqual([origin, size], ['example.com/behind-the-sofa', 20852163]);
    const [, witness] = note.lines;
    assert.deepEqual([witness?.name, witness?.signature.length], ['witness.example.com/w1', 72]);
    assert.equal(Buffer.from(witness!.signature).readBigUInt64BE(), BigInt(cosigned.time));
  });

  it('paths of tiles, and how many a tree has', () => {
    for (const [index, path] of Object.entries(tiles.paths)) {
      const place = { level: 0, index: Number(index), width: TILE_WIDTH };
      assert.equal(tilePath(place), `tile/0/${path}`);
      assert.deepEqual(parseTilePath(`tile/0/${path}`), place);
    }
    for (const [size, { full, partial }] of Object.entries(tiles.sizes as Record<string, Record<string, number[]>>)) {
      full!.forEach((count, level) => {
        const hashes = hashesAt(level, Number(size));
        assert.deepEqual([Math.floor(hashes / TILE_WIDTH), hashes % TILE_WIDTH], [count, partial![level]]);
      });
    }
  });

  it("Tessera's log: its key, checkpoints, entries and tile", async () => {
    const vkey = vector('tessera/log.vkey').toString().trim();
    const [older, newer] = [7, 15].map((size) =>
      verifyCheckpoint(vector(`tessera/checkpoint.${size}`).toString(), vkey),
    );
    const hashes = readBundle(vector('tessera/entries'), 15).map(leafHash);
    const tile = vector('tessera/tile-0');
    assert.deepEqual(readTile(tile, 15).map(Buffer.from), hashes.map(Buffer.from));
    assert.deepEqual(Buffer.from(rootOf(hashes)), newer!.root);
    const proof = await proveConsistency(
      tileReader(async () => tile, 15),
      7,
      15,
    );
    verifyConsistency(older!, newer!, proof);
  });
});

describe('published vectors: canonical JSON (RFC 8785)', () => {
  const { ours, refused } = json('jcs.json');

  it('are written as they say', () => {
    for (const { input, output } of Object.values<{ input: string; output: string }>(ours)) {
      assert.equal(Buffer.from(canonicalBytes(JSON.parse(input))).toString(), output);
    }
  });

  it('names beyond printable ASCII and fractions are refused, where readers disagree', () => {
    for (const input of Object.values<string>(refused)) {
      assert.throws(() => canonicalBytes(JSON.parse(input)), refusal('CANONICAL_VALUE'));
    }
  });
});

describe("vectors of openssl's making", () => {
  it('a time stamp of an RSA authority with SHA-384', () => {
    const token = tokenOfReply(vector('openssl/reply.tsr'));
    assert.deepEqual(Buffer.from(token), vector('openssl/token.der'));
    const options = { token, trust: [vector('openssl/ca.pem').toString()] };
    const { policy, accuracyMs } = verifyToken({ ...options, imprint: imprintOf(vector('openssl/content')) });
    assert.deepEqual([policy, accuracyMs], ['1.3.6.1.4.1.32473.1', 1500]);
    assert.throws(() => verifyToken({ ...options, imprint: imprintOf(Buffer.from('other')) }), refusal('TIME_IMPRINT'));
  });

  it('a signature of an RSA signer with SHA-384', () => {
    const content = vector('openssl/content');
    const under = (name: string) => ({
      ...{ cms: vector('openssl/content.p7s'), content },
      path: { trust: vector(name).toString(), at: new Date('2026-12-01T00:00:00Z') },
    });
    verifyForeign(under('openssl/cms-ca.pem'));
    const other = Buffer.from('other');
    assert.throws(
      () => verifyForeign({ ...under('openssl/cms-ca.pem'), content: other }),
      refusal('CMS_DIGEST_MISMATCH'),
    );
    assert.throws(() => verifyForeign(under('openssl/ca.pem')), refusal('CERT_UNTRUSTED'));
  });
});
