import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  chainVerifier,
  createLogKeyPem,
  openCheckpoint,
  openLogKey,
  signCheckpoint,
  verifyCheckpoint,
} from '../../../signing/checkpoint.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import { countingRandom, refusal } from './support.ts';

const key = openLogKey('tiezheng.example', createLogKeyPem(countingRandom()));
const root = new Uint8Array(32).fill(5);
const note = signCheckpoint(key, 'agency-1', 42, root);

describe('checkpoint (C2SP signed note)', () => {
  it('comes back under its key', () => {
    const expected = { origin: 'tiezheng.example/agency-1', size: 42, root: Buffer.from(root) };
    assert.deepEqual(openCheckpoint(note, key.verifier, 'agency-1'), expected);
    assert.deepEqual(verifyCheckpoint(note, chainVerifier(key.verifier, 'agency-1')), expected);
  });

  it('reads the verifier key of the signed-note specification', () => {
    const published = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    const signed =
      'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n\n' +
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
    assert.throws(() => verifyCheckpoint(signed, published), refusal('CHECKPOINT_INVALID'));
    assert.match(
      chainVerifier(published, 'x'),
      /^PeterNeumann\/x\+[0-9a-f]{8}\+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq\/LDE4izWy10TW$/,
    );
  });

  it('refuses another chain, another key, another form', () => {
    assert.throws(() => openCheckpoint(note, key.verifier, 'agency-2'), refusal('CHECKPOINT_SIGNATURE'));
    const other = openLogKey(
      'tiezheng.example',
      createLogKeyPem((size) => new Uint8Array(size).fill(3)),
    );
    assert.throws(() => openCheckpoint(note, other.verifier, 'agency-1'), refusal('CHECKPOINT_SIGNATURE'));
    for (const form of [
      `${note}\n`,
      note.replace('42', '042'),
      note.replace('\n42', '\nextra\n42'),
      note.replaceAll('\n', '\r\n'),
      '',
    ]) {
      assert.throws(() => openCheckpoint(form, key.verifier, 'agency-1'), refusal('CHECKPOINT_INVALID'));
    }
    assert.throws(() => openCheckpoint(note, 'a+00000000+AAAA', 'agency-1'), refusal('VERIFIER_KEY'));
    assert.throws(() => signCheckpoint(key, 'with space', 1, root), refusal('CHECKPOINT_INVALID'));
    assert.throws(() => openLogKey('a+b', createLogKeyPem(countingRandom())), refusal('LOG_KEY'));
  });

  it('refuses a flip of any bit', () => {
    const bytes = Buffer.from(note);
    for (let at = 0; at < bytes.length; at++) {
      for (let bit = 1; bit < 256; bit *= 2) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= bit;
        assert.throws(() => openCheckpoint(changed.toString('utf8'), key.verifier, 'agency-1'), ProofError);
      }
    }
  });
});
