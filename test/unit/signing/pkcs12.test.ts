import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { signDetached, verifyDetached } from '../../../signing/cms.ts';
import { sha256 } from '../../../signing/digest.ts';
import { openPkcs12 } from '../../../signing/pkcs12.ts';
import { opensslIdentity, opensslIssued, p256, rsa2048 } from './pki.ts';
import { inFolder, refusal, run } from './support.ts';

const extensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,nonRepudiation'];
const content = Buffer.from('x');

describe('PKCS#12 from outside', () => {
  it('opens with its password: EC and RSA, modern and legacy, with its chain', () => {
    inFolder((folder) => {
      opensslIdentity(folder, 'root', p256, ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
      for (const [name, key] of Object.entries({ ec: p256, rsa: rsa2048 })) {
        opensslIssued(folder, name, 'root', key, extensions);
        for (const form of [[], ['-legacy'], ['-keypbe', 'NONE', '-certpbe', 'NONE']]) {
          for (const password of ['secret 1', '密码 Ω']) {
            const args = ['-inkey', `${name}.key`, '-in', `${name}.pem`, '-certfile', 'root.pem', '-out', 'x.p12'];
            run(folder, 'openssl', 'pkcs12', '-export', ...args, '-passout', `pass:${password}`, ...form);
            const der = readFileSync(join(folder, 'x.p12'));
            const { certificatePem, privateKeyPem, chainPems } = openPkcs12(der, password);
            assert.equal(certificatePem, readFileSync(join(folder, `${name}.pem`), 'utf8'));
            assert.deepEqual(chainPems, [readFileSync(join(folder, 'root.pem'), 'utf8')]);
            const time = new Date(Date.now() + 2000);
            const cms = signDetached({ content, certificatePem, privateKeyPem, time });
            verifyDetached({ cms, contentSha256: sha256(content), trust: chainPems });
            assert.throws(() => openPkcs12(der, 'wrong'), refusal('PKCS12_PASSWORD'), form.join());
            assert.throws(() => openPkcs12(der, ''), refusal('PKCS12_PASSWORD'), form.join());
          }
        }
      }
    });
  }).timeout(30_000);

  it('says what is wrong with a file that is none', () => {
    for (const bytes of [new Uint8Array(), Buffer.from('PEM'), Uint8Array.of(0x30, 0x00), new Uint8Array(2_000_000)]) {
      assert.throws(() => openPkcs12(bytes, 'x'), refusal('PKCS12_MALFORMED'));
    }
    inFolder((folder) => {
      opensslIdentity(folder, 'a', p256, extensions);
      run(folder, 'openssl', 'pkcs12', '-export', '-nokeys', '-in', 'a.pem', '-out', 'x.p12', '-passout', 'pass:p');
      assert.throws(() => openPkcs12(readFileSync(join(folder, 'x.p12')), 'p'), refusal('PKCS12_NO_KEY'));
      run(folder, 'openssl', 'pkcs12', '-export', '-nocerts', '-inkey', 'a.key', '-out', 'x.p12', '-passout', 'pass:p');
      assert.throws(() => openPkcs12(readFileSync(join(folder, 'x.p12')), 'p'), refusal('PKCS12_NO_CERTIFICATE'));
    });
  });
});
