import assert from 'node:assert/strict';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { Identity } from '../../../signing/authority.ts';
import { readOnePem } from '../../../signing/certificate.ts';
import { signDetached, verifyDetached } from '../../../signing/cms.ts';
import { encodeSigned, signedAttributes } from '../../../signing/cms-profile.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import { ca, opensslIdentity, opensslIssued, otherCa, p256, rsa2048, signer } from './pki.ts';
import { inFolder, refusal, run } from './support.ts';

const content = Buffer.from('{"kind":"tiezheng.manifest"}\n');
const contentSha256 = createHash('sha256').update(content).digest();
const trust = [ca.certificatePem];
const at = new Date('2026-11-22T08:30:00.700Z');
const cms = signDetached({ content, ...signer, time: at });

const judge = 'cms -verify -cades -binary -purpose any -inform DER -in x.p7s -content f'.split(' ');

function openssl(folder: string, caPem: string, bytes: Uint8Array, file: Uint8Array, when = at): void {
  writeFileSync(join(folder, 'ca.pem'), caPem);
  writeFileSync(join(folder, 'x.p7s'), bytes);
  writeFileSync(join(folder, 'f'), file);
  const attime = String(Math.ceil(when.getTime() / 1000));
  run(folder, 'openssl', ...judge, '-attime', attime, '-CAfile', 'ca.pem', '-out', '/dev/null');
}

const read = (folder: string, name: string): Identity => ({
  certificatePem: readFileSync(join(folder, `${name}.pem`), 'utf8'),
  privateKeyPem: readFileSync(join(folder, `${name}.key`), 'utf8'),
});

const caExtensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'];
const signerExtensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];

describe('CMS signature (CAdES-B, detached)', () => {
  it('verifies here and by openssl; a change of content is refused by both', () => {
    const { signer: by, signingTime } = verifyDetached({ cms, contentSha256, trust });
    assert.equal(signingTime.toISOString(), '2026-11-22T08:30:00.000Z');
    assert.equal(by.certificatePem, signer.certificatePem);
    assert.deepEqual(
      Buffer.from(signDetached({ content: { sha256: contentSha256 }, ...signer, time: at })).length > 0,
      true,
    );
    const other = Buffer.from('other');
    const sha256 = createHash('sha256').update(other).digest();
    assert.throws(() => verifyDetached({ cms, contentSha256: sha256, trust }), refusal('CMS_DIGEST_MISMATCH'));
    inFolder((folder) => {
      openssl(folder, ca.certificatePem, cms, content);
      assert.throws(() => openssl(folder, ca.certificatePem, cms, other));
    });
  });

  it('verifies with RSA, and by openssl', () => {
    inFolder((folder) => {
      opensslIdentity(folder, 'root', rsa2048, caExtensions);
      opensslIssued(folder, 'signer', 'root', rsa2048, [...signerExtensions, 'extendedKeyUsage=emailProtection']);
      const root = read(folder, 'root');
      const time = new Date(Date.now() + 2000);
      const made = signDetached({ content, ...read(folder, 'signer'), time });
      verifyDetached({ cms: made, contentSha256, trust: [root.certificatePem] });
      openssl(folder, root.certificatePem, made, content, time);
      for (let at = 0; at < made.length; at += 13) {
        const changed = Uint8Array.from(made);
        changed[at]! ^= 0x20;
        assert.throws(
          () => verifyDetached({ cms: changed, contentSha256, trust: [root.certificatePem] }),
          ProofError,
          `byte ${at}`,
        );
      }
    });
  });

  it('refuses a change of any byte, to any of several values, and bytes added or cut', () => {
    for (let at = 0; at < cms.length; at++) {
      for (const mask of at % 16 === 0 ? [0x01, 0x20, 0x80, 0xff] : [0x01]) {
        const changed = Uint8Array.from(cms);
        changed[at]! ^= mask;
        assert.throws(() => verifyDetached({ cms: changed, contentSha256, trust }), ProofError, `byte ${at}, ${mask}`);
      }
    }
    for (const changed of [
      Buffer.concat([cms, Uint8Array.of(0)]),
      cms.subarray(0, -1),
      new Uint8Array(),
      new Uint8Array(70_000),
    ]) {
      assert.throws(() => verifyDetached({ cms: changed, contentSha256, trust }), ProofError);
    }
  });

  it('refuses another authority of the same name', () => {
    assert.throws(
      () => verifyDetached({ cms, contentSha256, trust: [otherCa.certificatePem] }),
      refusal('CERT_UNTRUSTED'),
    );
    assert.throws(() => verifyDetached({ cms, contentSha256, trust: [] }), refusal('CERT_UNTRUSTED'));
    assert.throws(() => verifyDetached({ cms, contentSha256, trust: ['x'] }), refusal('CERT_MALFORMED'));
  });

  it('refuses a signature made outside the validity of the certificate', () => {
    const certificate = readOnePem(signer.certificatePem);
    for (const signingTime of [new Date('2026-11-22T07:49:59Z'), new Date('2060-01-01T00:00:00Z')]) {
      assert.throws(() => signDetached({ content, ...signer, time: signingTime }), refusal('CERT_NOT_VALID_AT'));
      const parts = { certificate, contentSha256, signingTime };
      const signature = sign('sha256', signedAttributes(parts), createPrivateKey(signer.privateKeyPem));
      const forged = encodeSigned({ ...parts, algorithm: 'ecdsa', signature });
      assert.throws(() => verifyDetached({ cms: forged, contentSha256, trust }), refusal('CERT_NOT_VALID_AT'));
    }
  });

  it('refuses certificates that are not for signing documents', () => {
    inFolder((folder) => {
      opensslIdentity(folder, 'root', p256, caExtensions);
      const wrong: [string, string[], string[], string][] = [
        ['usage', p256, ['basicConstraints=CA:FALSE', 'keyUsage=critical,keyAgreement'], 'CERT_KEY_USAGE'],
        ['absent', p256, ['basicConstraints=CA:FALSE'], 'CERT_KEY_USAGE'],
        [
          'server',
          p256,
          ['basicConstraints=CA:FALSE', 'keyUsage=digitalSignature', 'extendedKeyUsage=serverAuth'],
          'CERT_EXT_KEY_USAGE',
        ],
        ['ca', p256, caExtensions, 'CERT_IS_CA'],
        ['small', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'], signerExtensions, 'CERT_KEY'],
        ['curve', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], signerExtensions, 'CERT_KEY'],
        ['unknown', p256, [...signerExtensions, '1.2.3.4=critical,ASN1:NULL'], 'CERT_CRITICAL_EXTENSION'],
      ];
      for (const [name, key, extensions, code] of wrong) {
        opensslIssued(folder, name, 'root', key, ['subjectKeyIdentifier=hash', ...extensions]);
        assert.throws(
          () => signDetached({ content, ...read(folder, name), time: new Date(Date.now() + 2000) }),
          refusal(code),
          name,
        );
      }
    });
    const mixed = { certificatePem: signer.certificatePem, privateKeyPem: ca.privateKeyPem };
    assert.throws(() => signDetached({ content, ...mixed, time: at }), refusal('SIGNER_KEY'));
  });

  it('climbs through an intermediate to the anchor, never around it', () => {
    inFolder((folder) => {
      opensslIdentity(folder, 'root', p256, caExtensions);
      opensslIssued(folder, 'middle', 'root', p256, caExtensions);
      opensslIssued(folder, 'signer', 'middle', p256, signerExtensions);
      opensslIssued(folder, 'fake', 'signer', p256, signerExtensions);
      const time = new Date(Date.now() + 2000);
      const [root, middle] = [read(folder, 'root').certificatePem, read(folder, 'middle').certificatePem];
      const made = signDetached({ content, ...read(folder, 'signer'), time });
      verifyDetached({ cms: made, contentSha256, trust: [root], intermediates: [middle] });
      verifyDetached({ cms: made, contentSha256, trust: [`${middle}${root}`] });
      assert.throws(() => verifyDetached({ cms: made, contentSha256, trust: [root] }), refusal('CERT_UNTRUSTED'));
      assert.throws(
        () => verifyDetached({ cms: made, contentSha256, trust: [], intermediates: [middle, root] }),
        refusal('CERT_UNTRUSTED'),
      );
      const forged = signDetached({ content, ...read(folder, 'fake'), time });
      const intermediates = [middle, read(folder, 'signer').certificatePem];
      assert.throws(() => verifyDetached({ cms: forged, contentSha256, trust: [root], intermediates }), ProofError);
    });
  });

  it('refuses what openssl itself makes in another form', () => {
    inFolder((folder) => {
      writeFileSync(join(folder, 'f'), content);
      writeFileSync(join(folder, 's.pem'), signer.certificatePem);
      writeFileSync(join(folder, 's.key'), signer.privateKeyPem);
      const args = ['-in', 'f', '-signer', 's.pem', '-inkey', 's.key', '-outform', 'DER', '-out', 'x.p7s'];
      for (const extra of [[], ['-cades'], ['-noattr'], ['-nodetach'], ['-nocerts'], ['-keyid']]) {
        run(folder, 'openssl', 'cms', '-sign', '-binary', '-md', 'sha256', ...args, ...extra);
        const made = readFileSync(join(folder, 'x.p7s'));
        assert.throws(() => verifyDetached({ cms: made, contentSha256, trust }), ProofError, extra.join());
      }
    });
  });
});
