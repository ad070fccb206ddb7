import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leafHash } from '../../../signing/chain.ts';
import { chainVerifier, createLogKeyPem, openLogKey, signCheckpoint } from '../../../signing/checkpoint.ts';
import { nodeHash, rootOf } from '../../../signing/merkle.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from '../../../signing/tlog-proof.ts';
import { refusal } from './support.ts';

const key = openLogKey(
  'log.test',
  createLogKeyPem(() => Buffer.alloc(32, 5)),
);
const verifier = chainVerifier(key.verifier, 'a');
const entries = ['x', 'y', 'z'].map((text) => Buffer.from(text));
const leaves = entries.map(leafHash);
const checkpoint = signCheckpoint(key, 'a', 3, rootOf(leaves));
const proof = formatTlogProof({ index: 1, path: [leaves[0]!, leaves[2]!], checkpoint });

describe('tlog-proof (C2SP)', () => {
  it('is the text of the specification', () => {
    const [a, c] = [leaves[0]!, leaves[2]!].map((hash) => Buffer.from(hash).toString('base64'));
    assert.equal(proof, `c2sp.org/tlog-proof@v1\nindex 1\n${a}\n${c}\n\n${checkpoint}`);
    assert.equal(formatTlogProof(parseTlogProof(proof)), proof);
    const { index, checkpoint: read } = verifyTlogProof(proof, entries[1]!, verifier);
    assert.deepEqual([index, read.size, read.origin], [1, 3, 'log.test/a']);
    const only = signCheckpoint(key, 'a', 1, leaves[0]!);
    verifyTlogProof(formatTlogProof({ index: 0, path: [], checkpoint: only }), entries[0]!, verifier);
  });

  it('is refused with any byte changed, added or taken away', () => {
    const bytes = Buffer.from(proof);
    const refused = (text: Buffer) =>
      assert.throws(() => verifyTlogProof(text.toString('utf8'), entries[1]!, verifier), ProofError);
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 0x20, 0x80]) {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ bit;
        refused(changed);
      }
      refused(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]));
      refused(bytes.subarray(0, at));
    }
    for (const tail of ['\n', ' ', 'x']) refused(Buffer.concat([bytes, Buffer.from(tail)]));
  });

  it('is refused for another entry, log, key or place', () => {
    assert.throws(() => verifyTlogProof(proof, entries[0]!, verifier), refusal('INCLUSION'));
    const node = nodeHash(leaves[0]!, leaves[1]!);
    const asEntry = formatTlogProof({ index: 0, path: [leaves[2]!], checkpoint });
    assert.throws(() => verifyTlogProof(asEntry, node, verifier), refusal('INCLUSION'));
    assert.throws(
      () => verifyTlogProof(proof, entries[1]!, chainVerifier(key.verifier, 'b')),
      refusal('CHECKPOINT_SIGNATURE'),
    );
    assert.throws(() => parseTlogProof(proof.replace('index 1', 'index 01')), refusal('TLOG_PROOF'));
    assert.throws(() => parseTlogProof(proof.replace('\nindex', '\nextra YQ==\nindex')), refusal('TLOG_PROOF'));
  });
});
