import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawPaper } from '../../../server/paper/paper.ts';
import { signPaper } from '../../../server/paper/sign-paper.ts';
import { Typeface } from '../../../server/paper/typeface.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import { verifyPaper } from '../../../signing/verify-pdf.ts';
import { otherCa } from '../signing/pki.ts';
import { inFolder } from '../signing/support.ts';
import { font, hands, paper, signedSample, time, trust } from './support.ts';

const refusal = (pdf: Uint8Array, believed = trust): string => {
  try {
    verifyPaper(pdf, believed);
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
  return 'accepted';
};

describe('signed papers', () => {
  let pdf: Buffer;

  before(async () => {
    pdf = await signedSample();
  });

  it('hold: one signature over every byte, its time stamp, the signer', () => {
    const verified = verifyPaper(pdf, trust);
    assert.equal(verified.signingTime.toISOString(), time.toISOString());
    assert.ok(verified.timestamp);
    assert.ok(pdf.length < 100_000, `${pdf.length} bytes`);
  });

  it('are the unsigned paper and a second revision behind it; the same paper is the same bytes', () => {
    const unsigned = drawPaper(paper, font).bytes;
    assert.deepEqual(pdf.subarray(0, unsigned.length), unsigned);
    assert.deepEqual(drawPaper(paper, font).bytes, unsigned);
  });

  it('go without time when no authority gives it', async () => {
    const untimed = { signer: hands.signer, timestamper: { stamp: async () => undefined } };
    const signed = await signPaper(drawPaper(paper, font), untimed, { time, reason: '' });
    assert.equal(verifyPaper(signed, trust).timestamp, undefined);
  });

  it('are refused when any byte is another', () => {
    const slot = pdf.lastIndexOf('/Type/Sig');
    for (let at = 0; at < pdf.length; at += at < slot ? 211 : 17) {
      const changed = Buffer.from(pdf);
      changed[at] = (changed[at] ?? 0) ^ (at % 2 ? 0x01 : 0x20);
      assert.notEqual(refusal(changed), 'accepted', `byte ${at}`);
    }
  });

  it('are refused with bytes behind, before or in the gap, and under another root', () => {
    assert.equal(refusal(Buffer.concat([pdf, Buffer.from('\n')])), 'PDF_NOT_WHOLE');
    assert.equal(refusal(Buffer.concat([Buffer.from('\n'), pdf])), 'PDF_SIGNATURES');
    assert.equal(refusal(pdf.subarray(0, -1)), 'PDF_SIGNATURES');
    const upper = pdf
      .toString('latin1')
      .replace(/\/Contents<[0-9a-f]+>/, (found) => found.slice(0, 10) + found.slice(10).toUpperCase());
    assert.equal(refusal(Buffer.from(upper, 'latin1')), 'PDF_CONTENTS');
    assert.equal(
      refusal(Buffer.from(pdf.toString('latin1').replace(/0>\/ByteRange/, '1>/ByteRange'), 'latin1')),
      'PDF_CONTENTS',
    );
    assert.equal(refusal(pdf, { ...trust, given: otherCa.certificatePem }), 'CERT_UNTRUSTED');
    assert.equal(refusal(Buffer.from('%PDF-1.7\n')), 'PDF_SIGNATURES');
  });

  it('are what pdfsig calls valid, and the whole document', function () {
    const shown = inFolder((folder) => {
      writeFileSync(join(folder, 'paper.pdf'), pdf);
      return spawnSync('pdfsig', ['-nocert', 'paper.pdf'], { cwd: folder, encoding: 'utf8' });
    });
    if (shown.error) return this.skip();
    assert.match(shown.stdout, /Signature is Valid/);
    assert.match(shown.stdout, /Total document signed/);
  });
});

describe('the typeface of papers', () => {
  it('shows what the font has not, and what hides or turns text, by its code', () => {
    const shown = new Typeface(font).showable('执法\u202e𠮷\n\u200b①é　');
    assert.equal(shown, '执法〓(U+202E)〓(U+20BB7)〓(U+000A)〓(U+200B)①é　');
  });

  it('embeds a font program of the glyphs that are used', () => {
    const glyphs = [0, ...Array.from('固化回执Aa', (character) => font.glyphOf(character.codePointAt(0) ?? 0) ?? -1)];
    const program = font.subset('TEST+Font', glyphs);
    assert.ok(!glyphs.includes(-1));
    assert.equal(program.readUInt8(0), 1);
    assert.equal(font.widthOf(glyphs[1] ?? 0), 1000);
    assert.ok(font.widthOf(glyphs.at(-1) ?? 0) < 700);
    assert.equal(font.glyphOf(0x20bb7), undefined);
  });
});
