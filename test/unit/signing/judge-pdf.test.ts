import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { drawPaper } from '../../../server/paper/paper.ts';
import { signPaper } from '../../../server/paper/sign-paper.ts';
import { judgePdf } from '../../../signing/judge-pdf.ts';
import { bytesSource } from '../../../signing/pdf-signatures.ts';
import { font, hands, paper, signedSample, time } from '../paper/support.ts';
import { ca, now, opensslIdentity, otherCa, p256 } from './pki.ts';
import { run } from './support.ts';

const judged = (pdf: Uint8Array, ...roots: string[]) => judgePdf(bytesSource(pdf), { roots, now });
const results = (pdf: Uint8Array, ...roots: string[]) =>
  judged(pdf, ...roots).map(({ result, reason }) => [result, reason]);
const edit = (pdf: Buffer, from: RegExp, to: string) => Buffer.from(pdf.toString('latin1').replace(from, to), 'latin1');

/** The unsigned paper with a signature of openssl's, adbe.pkcs7.detached, in its second revision. */
async function signedByOpenssl(folder: string, ...options: string[]): Promise<Buffer> {
  const blank = await signPaper(drawPaper(paper, font), hands, { time: new Date(), reason: '' });
  const pdf = edit(blank, /ETSI\.CAdES\.detached/, 'adbe.pkcs7.detached');
  const [open, close] = [pdf.lastIndexOf('/Contents<') + 9, pdf.lastIndexOf('>/ByteRange') + 1];
  writeFileSync(join(folder, 'content'), Buffer.concat([pdf.subarray(0, open), pdf.subarray(close)]));
  const signing = ['-sign', '-binary', '-in', 'content', '-signer', 'a.pem', '-inkey', 'a.key', '-outform', 'DER'];
  run(folder, 'openssl', 'cms', ...signing, '-out', 'cms', ...options);
  pdf.write(
    readFileSync(join(folder, 'cms'))
      .toString('hex')
      .padEnd(close - open - 2, '0'),
    open + 1,
    'latin1',
  );
  return pdf;
}

describe('signatures of documents that come in', () => {
  it('are told with signer, time and whether their issuer is known', async () => {
    const [found, ...others] = judged(await signedSample(), ca.certificatePem);
    assert.deepEqual(others, []);
    assert.equal(found?.result, 'valid');
    assert.equal(found.format, 'ETSI.CAdES.detached');
    assert.match(found.signer?.subject ?? '', /系统完整性签名/);
    assert.equal(found.claimedAt, time.toISOString());
    assert.deepEqual([found.stamped?.trusted, found.stamped?.at], [true, now.toISOString()]);
    assert.equal(found.laterBytes, undefined);
    const [unknown] = judged(await signedSample(), otherCa.certificatePem);
    assert.deepEqual([unknown?.result, unknown?.stamped?.trusted], ['unknown-issuer', false]);
    assert.deepEqual(judged(drawPaper(paper, font).bytes), []);
  });

  it('of openssl are read too', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiezheng-pdf-'));
    try {
      const usage = ['keyUsage=critical,digitalSignature'];
      const rsa = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
      for (const key of [p256, rsa]) {
        opensslIdentity(folder, 'a', key, usage);
        for (const [option, expected] of [
          ['-noattr', 'not-checked'],
          ['-md=sha512', 'unknown-issuer'],
          ['-md=sha1', 'not-checked'],
          ['-cades', 'unknown-issuer'],
        ] as const) {
          const pdf = await signedByOpenssl(folder, ...option.split('='));
          assert.deepEqual(
            judged(pdf).map(({ result }) => result),
            [expected],
            option,
          );
          const changed = edit(pdf, /DisplayDocTitle true/, 'DisplayDocTitle trua');
          assert.notEqual(judged(changed)[0]?.result, expected === 'unknown-issuer' ? expected : 'valid', option);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('hold no longer when a signed byte is another, and tell what was added later', async () => {
    const pdf = await signedSample();
    const changed = edit(pdf, /DisplayDocTitle true/, 'DisplayDocTitle trua');
    assert.deepEqual(results(changed, ca.certificatePem), [['invalid', 'CMS_DIGEST_MISMATCH']]);
    const later = Buffer.concat([pdf, Buffer.from('\n9 0 obj\n<</Type/Catalog>>\nendobj\n%%EOF\n')]);
    assert.deepEqual(
      judged(later, ca.certificatePem).map(({ result, laterBytes }) => [result, laterBytes]),
      [['valid', later.length - pdf.length]],
    );
  });

  it('are refused when their ranges leave out more than the signature', async () => {
    const pdf = await signedSample();
    const [, open = 0, close = 0, rest = 0] = (/\[(0 \d+ \d+ \d+)/.exec(pdf.toString('latin1'))?.[1] ?? '')
      .split(' ')
      .map(Number);
    for (const range of [
      `1 ${open - 1} ${close} ${rest}`,
      `0 ${open - 1} ${close} ${rest}`,
      `0 ${open} ${close + 1} ${rest - 1}`,
      `0 ${open} ${close} ${rest - 7}`,
      `0 ${open} ${close} ${rest + 1}`,
      `0 ${open} ${close} ${rest} 0 0`,
      `0 ${open} ${close} -1`,
      `0 ${open} ${close}`,
    ])
      assert.equal(judged(edit(pdf, /\[0 \d+ \d+ \d+/, `[${range}`), ca.certificatePem)[0]?.result, 'invalid', range);
  });

  it('that are none, or not of a kind that is understood, are never valid', async () => {
    const pdf = await signedSample();
    const other = edit(pdf, /ETSI\.CAdES\.detached/, 'adbe.x509.rsa_sha1x');
    assert.deepEqual(results(other, ca.certificatePem), [['not-checked', 'this format is not understood']]);
    const tricks = [
      '/ByteRange',
      '1 0 obj\n<</ByteRange[0 1 2 3]>>\nendobj',
      `1 0 obj ${'<<'.repeat(5000)}/ByteRange`,
      `1 0 obj ${'['.repeat(50_000)}/ByteRange`,
      `1 0 obj <</A(${'('.repeat(50_000)}/ByteRange[0 0 0 0]`,
      '1 0 obj <</Type/Sig/SubFilter/adbe.pkcs7.detached/ByteRange[0 9 9 9]/Contents<3000>>>endobj',
      '/ByteRange '.repeat(100),
      `${'1 '.repeat(100_000)}obj/ByteRange`,
    ];
    const began = performance.now();
    for (const trick of tricks) {
      const found = judged(Buffer.from(`%PDF-1.7\n${trick}\n%%EOF`), ca.certificatePem);
      assert.ok(found.length > 0 && found.length <= 32);
      assert.ok(found.every(({ result }) => result === 'invalid'));
    }
    assert.ok(performance.now() - began < 5000);
  });
});
