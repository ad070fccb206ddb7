import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { isDue, issueSystemSigner } from '../../../signing/authority.ts';
import { readOnePem } from '../../../signing/certificate.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import { createRevocationList, readRevocationList, revocationOf } from '../../../signing/revocation.ts';
import { ca, now, otherCa, signer, tsa } from './pki.ts';
import { countingRandom, inFolder, refusal, run } from './support.ts';

const list = {
  thisUpdate: new Date('2026-11-22T09:00:00Z'),
  nextUpdate: new Date('2056-11-22T09:00:00Z'),
  number: 70_000,
  revoked: [
    { serial: readOnePem(tsa.certificatePem).serial, at: new Date('2026-11-22T08:30:00Z'), reason: 'keyCompromise' },
    { serial: '00ff', at: new Date('2026-11-22T08:31:00Z'), reason: 'unspecified' },
    {
      serial: '01',
      at: new Date('2026-11-22T08:31:00Z'),
      reason: 'superseded',
      since: new Date('2026-11-01T00:00:00Z'),
    },
    {
      serial: '02',
      at: new Date('2026-11-22T08:31:00Z'),
      reason: 'unspecified',
      since: new Date('2026-11-02T00:00:00Z'),
    },
  ],
} as const;
const issuer = readOnePem(ca.certificatePem);
const crl = createRevocationList(ca, list);

describe('revocation list', () => {
  it('is read back as it was made; another issuer or a change of any byte is refused', () => {
    const read = readRevocationList(crl, issuer);
    assert.equal(read.number, 70_000);
    assert.equal(revocationOf(read, readOnePem(tsa.certificatePem).serial)?.reason, 'keyCompromise');
    assert.equal(revocationOf(read, 'ff')?.reason, 'unspecified');
    assert.deepEqual(read.revoked.slice(2), list.revoked.slice(2));
    assert.equal(revocationOf(read, readOnePem(signer.certificatePem).serial), undefined);
    const empty = readRevocationList(createRevocationList(ca, { ...list, revoked: [] }), issuer);
    assert.deepEqual(empty.revoked, []);
    assert.throws(() => readRevocationList(crl, readOnePem(otherCa.certificatePem)), ProofError);
    const mixed = { certificatePem: ca.certificatePem, privateKeyPem: otherCa.privateKeyPem };
    assert.throws(() => createRevocationList(mixed, list), refusal('AUTHORITY_KEY'));
    for (let at = 0; at < crl.length; at++) {
      const changed = Uint8Array.from(crl);
      changed[at]! ^= 1 << (at % 8);
      assert.throws(() => readRevocationList(changed, issuer), ProofError, `byte ${at}`);
    }
  });

  it('is used by openssl: the revoked is refused, the others are not', () => {
    inFolder((folder) => {
      for (const [name, bytes] of [
        ['ca.pem', ca.certificatePem],
        ['ca.crl', crl],
        ['signer.pem', signer.certificatePem],
        ['tsa.pem', tsa.certificatePem],
      ] as const)
        writeFileSync(join(folder, name), bytes);
      const attime = String(Math.floor(list.thisUpdate.getTime() / 1000) + 60);
      const verify = [
        'verify',
        '-x509_strict',
        '-crl_check',
        '-attime',
        attime,
        '-CAfile',
        'ca.pem',
        '-CRLfile',
        'ca.crl',
      ];
      assert.match(run(folder, 'openssl', ...verify, 'signer.pem'), /OK/);
      assert.throws(() => run(folder, 'openssl', ...verify, 'tsa.pem'), /revoked/);
      const purpose = ['verify', '-x509_strict', '-purpose', 'timestampsign', '-attime', attime, '-CAfile', 'ca.pem'];
      assert.match(run(folder, 'openssl', ...purpose, 'tsa.pem'), /OK/);
      assert.throws(() => run(folder, 'openssl', ...purpose, 'signer.pem'));
      const text = run(folder, 'openssl', 'crl', '-inform', 'DER', '-in', 'ca.crl', '-noout', '-text');
      assert.match(text, /Key Compromise/);
      assert.match(text, /Superseded\s+Invalidity Date: \s+Nov {2}1 00:00:00 2026 GMT/);
      assert.match(text, /X509v3 CRL Number:\s+70000/);
    });
  });

  it('is pointed to by certificates, whose renewal is told in time', () => {
    const random = countingRandom();
    const crlUrl = 'https://evidence.example/api/v1/trust/ca.crl';
    const leaf = issueSystemSigner(ca, { commonName: 'a', organization: 'b', now, random, crlUrl });
    inFolder((folder) => {
      writeFileSync(join(folder, 'leaf.pem'), leaf.certificatePem);
      writeFileSync(join(folder, 'tsa.pem'), tsa.certificatePem);
      const text = (name: string) => run(folder, 'openssl', 'x509', '-in', name, '-noout', '-text');
      assert.match(text('leaf.pem'), /URI:https:\/\/evidence.example\/api\/v1\/trust\/ca.crl/);
      assert.match(text('tsa.pem'), /Extended Key Usage: critical\s+Time Stamping\n/);
    });
    const { notAfter } = readOnePem(leaf.certificatePem);
    assert.equal(isDue(leaf.certificatePem, now, 90), false);
    assert.equal(isDue(leaf.certificatePem, new Date(notAfter.getTime() - 89 * 86_400_000), 90), true);
  });
});
