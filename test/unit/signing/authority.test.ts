import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createAuthority, issueSystemSigner } from '../../../signing/authority.ts';
import { keyUsage, readOnePem } from '../../../signing/certificate.ts';
import { ca, now, otherCa, signer } from './pki.ts';
import { countingRandom, inFolder, refusal, run } from './support.ts';

const naming = { commonName: 'a', organization: 'b', now, random: countingRandom() };

describe('embedded authority', () => {
  it('issues what openssl verifies, with Chinese names', () => {
    inFolder((folder) => {
      writeFileSync(join(folder, 'ca.pem'), ca.certificatePem);
      writeFileSync(join(folder, 'signer.pem'), signer.certificatePem);
      const at = String(Math.floor(now.getTime() / 1000) + 60);
      const verify = ['verify', '-x509_strict', '-purpose', 'smimesign', '-attime', at, '-CAfile', 'ca.pem'];
      assert.match(run(folder, 'openssl', ...verify, 'signer.pem'), /OK/);
      const text = run(
        folder,
        'openssl',
        'x509',
        '-in',
        'signer.pem',
        '-noout',
        '-text',
        '-nameopt',
        'utf8,sep_comma_plus',
      );
      assert.match(text, /O=某市综合行政执法局,CN=铁证 系统完整性签名/);
      assert.match(text, /Key Usage: critical\s+Digital Signature, Non Repudiation\n/);
      assert.match(text, /Basic Constraints: critical\s+CA:FALSE/);
      const root = run(folder, 'openssl', 'x509', '-in', 'ca.pem', '-noout', '-text');
      assert.match(root, /Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
      assert.match(root, /Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
      assert.match(root, /Not After : .* 2056 GMT/);
    });
  });

  it('is read back as it was made', () => {
    const read = readOnePem(signer.certificatePem);
    assert.equal(read.subject, 'CN=铁证 系统完整性签名, O=某市综合行政执法局, C=CN');
    assert.equal(read.keyUsage, keyUsage.digitalSignature | keyUsage.nonRepudiation);
    assert.equal(read.serial.length, 32);
    assert.equal(read.isCa, false);
    assert.equal(read.pem, signer.certificatePem);
    const root = readOnePem(ca.certificatePem);
    assert.deepEqual([root.isCa, root.pathLength, root.selfIssued], [true, 0, true]);
  });

  it('never lets a signer outlive it, nor signs with another key', () => {
    const short = createAuthority({ ...naming, years: 1 });
    assert.deepEqual(
      readOnePem(issueSystemSigner(short, naming).certificatePem).notAfter,
      readOnePem(short.certificatePem).notAfter,
    );
    const late = new Date('2030-01-01T00:00:00Z');
    assert.throws(() => issueSystemSigner(short, { ...naming, now: late }), refusal('AUTHORITY_EXPIRED'));
    const mixed = { certificatePem: ca.certificatePem, privateKeyPem: otherCa.privateKeyPem };
    assert.throws(() => issueSystemSigner(mixed, naming), refusal('AUTHORITY_KEY'));
  });

  it('refuses names that cannot stand in a certificate', () => {
    for (const commonName of ['', 'x'.repeat(65), 'a\nb', '\ud800']) {
      assert.throws(() => createAuthority({ ...naming, commonName }), refusal('AUTHORITY_NAME'));
    }
    assert.ok(createAuthority({ ...naming, organization: '局'.repeat(64) }));
  });
});
