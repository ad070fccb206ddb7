import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatAddCheckpoint, parseAddCheckpoint } from '../../../signing/add-checkpoint.ts';
import { check } from '../../../signing/checklist.ts';
import {
  chainVerifier,
  openLogKey,
  readCheckpoint,
  signCheckpoint,
  verifyCheckpoint,
  withoutCosignatures,
} from '../../../signing/checkpoint.ts';
import { cosign, cosignatureFrom, openWitnessKey, readCosignatures } from '../../../signing/cosignature.ts';
import { demandCosigned } from '../../../signing/log-trust.ts';
import { createNoteKeyPem, parseNote, signatureTypes, verifierText } from '../../../signing/note.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import { refusal } from './support.ts';

const pem = (fill: number) => createNoteKeyPem((size) => new Uint8Array(size).fill(fill));
const key = openLogKey('tiezheng.example', pem(1));
const log = chainVerifier(key.verifier, 'agency-1');
const [one, two] = [openWitnessKey('w.example/one', pem(2)), openWitnessKey('w.example/two', pem(3))];
const bare = signCheckpoint(key, 'agency-1', 42, new Uint8Array(32).fill(5));
const at = new Date('2026-01-02T03:04:05.678Z');
const cosigned = bare + cosign(one, bare, at) + cosign(two, bare, at);
const whole = new Date('2026-01-02T03:04:05.000Z');

describe('cosignatures (C2SP tlog-cosignature)', () => {
  it('stand under a checkpoint and are read by the keys of the witnesses; others are only counted', () => {
    assert.equal(verifyCheckpoint(cosigned, log).size, 42);
    assert.equal(withoutCosignatures(cosigned, log), bare);
    const both = [one.verifier, two.verifier];
    assert.deepEqual(readCosignatures(cosigned, log, both), {
      cosignatures: ['w.example/one', 'w.example/two'].map((witness) => ({ witness, at: whole })),
      unknown: 0,
    });
    assert.deepEqual(readCosignatures(cosigned, log, []), { cosignatures: [], unknown: 2 });
    assert.deepEqual(readCosignatures(bare, log, both), { cosignatures: [], unknown: 0 });
    const namesake = openWitnessKey('w.example/one', pem(4));
    assert.deepEqual(readCosignatures(cosigned, log, [namesake.verifier]), { cosignatures: [], unknown: 2 });
  });

  it('are signed over the header, the time and the body, as the specification writes them', () => {
    const line = parseNote(cosigned).lines[1];
    assert.equal(Buffer.from(line!.signature).readBigUInt64BE(), BigInt(whole.getTime() / 1000));
    const moved = Buffer.concat([line!.id, line!.signature]);
    moved.writeBigUInt64BE(BigInt(whole.getTime() / 1000 + 1), 4);
    const later = `${bare}— w.example/one ${moved.toString('base64')}\n`;
    assert.throws(() => readCosignatures(later, log, [one.verifier]), refusal('COSIGNATURE'));
    const raw = cosign({ ...one }, bare, at).replace('w.example/one', 'w.example/two');
    assert.deepEqual(readCosignatures(bare + raw, log, [two.verifier]).cosignatures, []);
  });

  it('reads the example of the specification', () => {
    const note =
      'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
      '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n' +
      '— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n';
    const { origin, size, note: read } = readCheckpoint(note);
    assert.deepEqual([origin, size, read.lines.length], ['example.com/behind-the-sofa', 20_852_163, 2]);
    assert.equal(Buffer.from(read.lines[1]!.signature).readBigUInt64BE(), 1_679_315_147n);
  });

  it('refuses a flip of any bit, whatever the line: with all keys known, nothing of the note can change', () => {
    const bytes = Buffer.from(cosigned);
    for (let place = 0; place < bytes.length; place++) {
      for (let bit = 1; bit < 256; bit *= 2) {
        const changed = Buffer.from(bytes);
        changed[place]! ^= bit;
        const text = changed.toString('utf8');
        let held = 0;
        try {
          verifyCheckpoint(text, log);
          held = readCosignatures(text, log, [one.verifier, two.verifier]).cosignatures.length;
        } catch (error) {
          assert.ok(error instanceof ProofError);
        }
        assert.ok(held < 2, `${place} ${bit}`);
      }
    }
  });

  it('refuses two lines of one key, keys of another type, and notes of too many lines', () => {
    assert.throws(
      () => readCosignatures(cosigned + cosign(one, bare, at), log, [one.verifier]),
      refusal('CHECKPOINT_SIGNATURE'),
    );
    assert.throws(() => verifyCheckpoint(bare + bare.slice(bare.indexOf('—')), log), refusal('CHECKPOINT_SIGNATURE'));
    assert.throws(() => readCosignatures(bare, log, [log]), refusal('VERIFIER_KEY'));
    assert.throws(() => verifyCheckpoint(bare, one.verifier), refusal('VERIFIER_KEY'));
    assert.throws(() => verifyCheckpoint(bare + cosign(one, bare, at).repeat(100), log), refusal('CHECKPOINT_INVALID'));
    const asLog = verifierText('w.example/one', signatureTypes.log, Buffer.alloc(32));
    assert.throws(() => readCosignatures(bare, log, [asLog]), refusal('VERIFIER_KEY'));
  });

  it("takes a witness's own line out of its answer, and no other", () => {
    const answer = cosign(two, bare, at) + cosign(one, bare, at);
    assert.deepEqual(cosignatureFrom(answer, bare, one.verifier), {
      ...{ witness: 'w.example/one', at: whole },
      line: cosign(one, bare, at),
    });
    assert.throws(() => cosignatureFrom(cosign(two, bare, at), bare, one.verifier), refusal('COSIGNATURE'));
    const other = signCheckpoint(key, 'agency-1', 43, new Uint8Array(32));
    assert.throws(() => cosignatureFrom(cosign(one, other, at), bare, one.verifier), refusal('COSIGNATURE'));
    for (const broken of ['', '\n', 'x\n', `\n${answer}`, answer.slice(0, -1), `${answer}\n`, `x\n\n${answer}`])
      assert.throws(() => cosignatureFrom(broken, bare, one.verifier), ProofError);
  });
});

describe('the witnesses that a verifier names', () => {
  const judged = async (note: string, witnesses: readonly string[]) =>
    (await check(['x', '', ''], (findings) => demandCosigned(note, log, witnesses, findings))).line;

  it('must all have cosigned; a namesake with another key has not', async () => {
    const both = await judged(cosigned, [one.verifier, two.verifier]);
    assert.deepEqual([both.ok, both.detail?.match(/witnessed by/g)?.length], [true, 2]);
    assert.match((await judged(cosigned, [])).detail ?? '', /2 行联署来自未指定的见证人/);
    const namesake = openWitnessKey('w.example/one', pem(4)).verifier;
    for (const [note, witnesses] of [
      [bare, [one.verifier]],
      [cosigned, [namesake]],
      [cosigned, [one.verifier, namesake]],
      [bare + cosign(one, bare, at), [one.verifier, two.verifier]],
    ] as const) {
      const { ok, detail } = await judged(note, witnesses);
      assert.equal(ok, false);
      assert.match(detail ?? '', /not cosigned by/);
    }
  });
});

describe('requests of add-checkpoint (C2SP tlog-witness)', () => {
  const proof = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

  it('come back as they were', () => {
    for (const request of [
      { old: 7, proof, note: bare },
      { old: 0, proof: [], note: cosigned },
    ]) {
      assert.deepEqual(parseAddCheckpoint(formatAddCheckpoint(request)), request);
    }
  });

  it('are refused in any other form', () => {
    const text = formatAddCheckpoint({ old: 7, proof, note: bare });
    for (const broken of [
      '',
      text.replace('old 7', 'old 07'),
      text.replace('old 7', 'old -1'),
      text.replace('old 7', 'old 9007199254740993'),
      text.replace('old', 'new'),
      text.replace('=\n', '\n'),
      text.replace('AQ', 'A?'),
      text.replaceAll('\n', '\r\n'),
      formatAddCheckpoint({ old: 7, proof: Array(64).fill(proof[0]), note: bare }),
    ]) {
      assert.throws(() => parseAddCheckpoint(broken), refusal('ADD_CHECKPOINT'), broken);
    }
  });
});
