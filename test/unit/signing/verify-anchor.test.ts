import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { createAuthority, issueTimestamper } from '../../../signing/authority.ts';
import { cosign, openWitnessKey } from '../../../signing/cosignature.ts';
import { createNoteKeyPem } from '../../../signing/note.ts';
import { packagePaths, receiptPaths } from '../../../signing/package-layout.ts';
import { encodeReply, imprintOf } from '../../../signing/timestamp.ts';
import { parseTlogProof } from '../../../signing/tlog-proof.ts';
import { type VerifyOptions, verifyTree } from '../../../signing/verifier.ts';
import { ca, now, stamped, tsa, tsrOf } from './pki.ts';
import { closeBag, closeReceipt, type Files, makeReceipt, packageParts, treeOf } from './sample.ts';
import { countingRandom } from './support.ts';

const at = receiptPaths;
const time = new Date('2026-11-22T08:30:00.000Z');
const witness = openWitnessKey(
  'w.example',
  createNoteKeyPem(() => Buffer.alloc(32, 7)),
);
const random = countingRandom();
const outside = createAuthority({ commonName: 'Outside', organization: 'Elsewhere', now, random });
const outsideTsa = issueTimestamper(outside, { commonName: 'Outside TSA', organization: 'Elsewhere', now, random });

const judged = async (files: Files, options: VerifyOptions = {}) => {
  const lines = await Array.fromAsync(verifyTree(treeOf(files), options));
  const { ok, detail = '' } = lines.find(({ id }) => id.endsWith('.anchor')) ?? {};
  return { ok, detail, refused: lines.flatMap((line) => (line.ok ? [] : [line.id])) };
};
const text = (files: Files, path: string) => Buffer.from(files.get(path) ?? []).toString('utf8');
/** A receipt whose checkpoint and proof carry these lines too, and its time stamp over the whole. */
function cosigned(...lines: string[]): Files {
  const files = makeReceipt();
  const note = text(files, at.checkpoint);
  files.set(at.checkpoint, Buffer.from(note + lines.join('')));
  files.set(at.proof, Buffer.from(text(files, at.proof) + lines.join('')));
  files.set(at.checkpointTime, tsrOf(files.get(at.checkpoint)!, time));
  return closeReceipt(files);
}

describe('the time of a checkpoint', () => {
  it('is self-issued or none where nobody outside gave it, and then said to be no independent time', async () => {
    const own = await judged(makeReceipt(), { trust: ca.certificatePem });
    assert.deepEqual([own.ok, own.refused], [true, []]);
    assert.match(own.detail, /self-issued.*没有独立时间 no independent time/);
    const files = makeReceipt();
    files.delete(at.checkpointTime);
    const none = await judged(closeReceipt(files));
    assert.deepEqual([none.ok, none.refused], [true, []]);
    assert.match(none.detail, /无时间戳.*没有独立时间/);
    const parts = packageParts();
    assert.match((await judged(closeBag(parts))).detail, /self-issued.*没有独立时间/);
    parts.delete(packagePaths.checkpointTime);
    const bare = await judged(closeBag(parts));
    assert.deepEqual([bare.ok, bare.refused], [true, []]);
  });

  it('is independent when the authority is one that the verifier believes, not when its root only came along', async () => {
    const files = makeReceipt();
    const token = stamped(imprintOf(files.get(at.checkpoint)!), time, outsideTsa);
    files.set(at.checkpointTime, encodeReply(token));
    files.set(at.tsa, Buffer.from(tsa.certificatePem + outsideTsa.certificatePem + outside.certificatePem));
    closeReceipt(files);
    const inside = await judged(files, { trust: ca.certificatePem });
    assert.deepEqual(inside.refused, []);
    assert.match(inside.detail, /独立性未经证明/);
    const given = await judged(files, { trust: ca.certificatePem + outside.certificatePem });
    assert.deepEqual(given.refused, []);
    assert.match(given.detail, /由核验者信任.*Outside TSA/);
    assert.doesNotMatch(given.detail, /没有独立时间/);
  });

  it('is independent when a witness that the verifier names cosigned, and refused when it did not', async () => {
    const bare = text(makeReceipt(), at.checkpoint);
    const files = cosigned(cosign(witness, bare, time));
    assert.equal(parseTlogProof(text(files, at.proof)).checkpoint, text(files, at.checkpoint));
    const named = await judged(files, { witnesses: [witness.verifier] });
    assert.deepEqual(named.refused, []);
    assert.doesNotMatch(named.detail, /没有独立时间/);
    const unnamed = await judged(files);
    assert.deepEqual(unnamed.refused, []);
    assert.match(unnamed.detail, /没有独立时间/);
    assert.deepEqual((await judged(makeReceipt(), { witnesses: [witness.verifier] })).refused, ['receipt.log']);
    const forged = cosign(
      { ...witness, privateKey: openWitnessKey('x', createNoteKeyPem(random)).privateKey },
      bare,
      time,
    );
    assert.deepEqual((await judged(cosigned(forged), { witnesses: [witness.verifier] })).refused, ['receipt.log']);
  });

  it('is refused over other bytes, in another form, or of an authority whose certificate is not here', async () => {
    const files = makeReceipt();
    const note = files.get(at.checkpoint)!;
    const good = files.get(at.checkpointTime)!;
    for (const tsr of [
      tsrOf(Buffer.concat([note, Buffer.from('\n')]), time),
      files.get(at.timestamp)!,
      Buffer.concat([good, Buffer.alloc(1)]),
      good.subarray(0, -1),
      Buffer.alloc(0),
      encodeReply(stamped(imprintOf(note), time, outsideTsa)),
    ]) {
      files.set(at.checkpointTime, tsr);
      assert.deepEqual((await judged(closeReceipt(files))).refused, ['receipt.anchor']);
    }
    const unlisted = makeReceipt();
    for (const path of [at.tsa, at.crl, at.timestamp]) unlisted.delete(path);
    assert.ok((await judged(closeReceipt(unlisted))).refused.includes('receipt.anchor'));
  });
});
