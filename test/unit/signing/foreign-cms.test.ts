import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { verifyForeign } from '../../../signing/foreign-cms.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import { opensslIdentity, opensslIssued, p256, rsa2048 } from './pki.ts';
import { refusal, run } from './support.ts';

const content = Buffer.from('{"what":"is signed"}');

describe('detached CMS of other makers', () => {
  let folder: string;
  let trust: string;
  let at: Date;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiezheng-foreign-'));
    writeFileSync(join(folder, 'content'), content);
    const leaf = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
    opensslIdentity(folder, 'root', p256, ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
    opensslIssued(folder, 'ec', 'root', p256, leaf);
    opensslIssued(folder, 'rsa', 'root', rsa2048, leaf);
    opensslIssued(folder, 'server', 'root', p256, [...leaf, 'extendedKeyUsage=serverAuth']);
    opensslIdentity(folder, 'foreign', p256, ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
    trust = readFileSync(join(folder, 'root.pem'), 'utf8');
    at = new Date(Date.now() + 2000);
  });
  after(() => rmSync(folder, { recursive: true }));

  function signedBy(name: string, ...more: string[]): Uint8Array {
    const args = ['-in', 'content', '-signer', `${name}.pem`, '-inkey', `${name}.key`, '-outform', 'DER'];
    run(folder, 'openssl', 'cms', '-sign', '-binary', ...args, ...more, '-out', 'out');
    return readFileSync(join(folder, 'out'));
  }
  const verified = (cms: Uint8Array, of: Uint8Array = content) =>
    verifyForeign({ cms, content: of, path: { trust, at } }).subject;

  it('hold by RSA and P-256, with any SHA-2, with CAdES attributes or without', () => {
    assert.equal(verified(signedBy('ec')), 'CN=ec');
    assert.equal(verified(signedBy('ec', '-cades', '-md', 'sha384')), 'CN=ec');
    assert.equal(verified(signedBy('rsa', '-cades')), 'CN=rsa');
    assert.equal(verified(signedBy('rsa', '-md', 'sha512')), 'CN=rsa');
  });

  it('are refused in other forms', () => {
    const others = [
      signedBy('ec', '-nodetach'),
      signedBy('ec', '-noattr'),
      signedBy('ec', '-keyid'),
      signedBy('ec', '-nocerts'),
      signedBy('ec', '-md', 'sha1'),
      signedBy('ec', '-signer', 'rsa.pem', '-inkey', 'rsa.key'),
      Buffer.concat([signedBy('ec'), Buffer.from('x')]),
      new Uint8Array(70_000),
    ];
    for (const cms of others) assert.throws(() => verified(cms), refusal('CMS_MALFORMED'));
    assert.throws(() => verified(signedBy('rsa', '-keyopt', 'rsa_padding_mode:pss')), refusal('CMS_SIGNATURE_INVALID'));
  });

  it('are refused over other content, by certificates for other things, and outside the path', () => {
    assert.throws(() => verified(signedBy('ec'), Buffer.from('x')), refusal('CMS_DIGEST_MISMATCH'));
    assert.throws(() => verified(signedBy('server')), refusal('CERT_EXT_KEY_USAGE'));
    const cms = signedBy('ec');
    const foreign = readFileSync(join(folder, 'foreign.pem'), 'utf8');
    assert.throws(() => verifyForeign({ cms, content, path: { trust: foreign, at } }), refusal('CERT_UNTRUSTED'));
    const late = { trust, at: new Date(Date.now() + 40 * 86_400_000) };
    assert.throws(() => verifyForeign({ cms, content, path: late }), refusal('CERT_NOT_VALID_AT'));
    assert.equal(verifyForeign({ cms, content }).subject, 'CN=ec');
  });

  it('are refused with any byte changed, unless it is in what no signature covers', () => {
    const cms = signedBy('ec', '-cades');
    const passed: number[] = [];
    for (let i = 0; i < cms.length; i++) {
      const changed = Uint8Array.from(cms);
      changed[i]! ^= 1 << (i % 8);
      try {
        verified(changed);
        passed.push(i);
      } catch (error) {
        assert.ok(error instanceof ProofError, String(error));
      }
    }
    // Versions and the set of digest algorithms beside the signer's own.
    assert.ok(passed.length < 20, String(passed));
  });
});
