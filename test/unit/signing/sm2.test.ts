import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import * as der from '../../../signing/der.ts';
import { createSm2Key, demandSm2, signSm2, sm2Key } from '../../../signing/sm2.ts';
import { demandSm2Trusted, readOneSm2Pem } from '../../../signing/sm2-certificate.ts';
import { readSm2Key } from '../../../signing/sm2-key.ts';
import { demandSigner } from '../../../signing/trust-path.ts';
import { opensslIdentity, p256 } from './pki.ts';
import { DISTID, sm2Identity, sm2Issued } from './sm2-pki.ts';
import { inFolder, refusal, run } from './support.ts';

/** GM/T 0003.5-2012 (GB/T 32918.5-2017) appendix A.2: key, nonce, message and signature on the recommended curve. */
const published = {
  secret: Buffer.from('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8', 'hex'),
  publicKey:
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  nonce: Buffer.from('59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21', 'hex'),
  message: Buffer.from('message digest'),
  r: Buffer.from('f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3', 'hex'),
  s: Buffer.from('b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa', 'hex'),
};
const pair = (r: Uint8Array, s: Uint8Array) => der.sequence(der.integer(r), der.integer(s));
const ORDER = Buffer.from('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123', 'hex');
/** Certificates made while the tests run, however long that takes, are valid then. */
const at = new Date(Date.now() + 3_600_000);

describe('SM2 with SM3', () => {
  it('signs as the published example does', () => {
    const key = sm2Key(published.secret);
    assert.equal(Buffer.from(key.publicKey).toString('hex'), published.publicKey);
    const signature = signSm2(published.message, key, () => published.nonce);
    assert.deepEqual(Buffer.from(signature), Buffer.from(pair(published.r, published.s)));
  });

  it('takes nothing but the exact form, of this content, under this key', () => {
    const key = createSm2Key(randomBytes);
    const content = randomBytes(100_000);
    const good = signSm2(content, key, randomBytes);
    demandSm2(content, good, key.publicKey);
    const { publicKey } = createSm2Key(randomBytes);
    assert.throws(() => demandSm2(content, good, publicKey), refusal('SM2_SIGNATURE_INVALID'));
    assert.throws(() => demandSm2(content.subarray(1), good, key.publicKey), refusal('SM2_SIGNATURE_INVALID'));
    const zero = Uint8Array.of(0);
    const one = Uint8Array.of(1);
    const long = Buffer.from(good);
    long[1] = (long[1] ?? 0) + 1;
    for (const bad of [
      new Uint8Array(),
      Buffer.concat([good, zero]),
      good.subarray(0, -1),
      long,
      pair(zero, one),
      pair(one, zero),
      pair(ORDER, one),
      pair(one, ORDER),
      der.sequence(der.tlv(2, Uint8Array.of(0xff)), der.integer(one)),
      der.sequence(der.integer(one), der.integer(one), der.integer(one)),
      Buffer.concat([published.r, published.s]),
    ])
      assert.throws(
        () => demandSm2(content, bad, key.publicKey),
        refusal('SM2_MALFORMED'),
        Buffer.from(bad).toString('hex'),
      );
    for (let bit = 0; bit < good.length * 8; bit += 7) {
      const bad = Buffer.from(good);
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.throws(() => demandSm2(content, bad, key.publicKey));
    }
    const off = Buffer.from(key.publicKey);
    off[64] = (off[64] ?? 0) ^ 1;
    for (const point of [off, key.publicKey.subarray(1), new Uint8Array(65), Buffer.alloc(65, 4)])
      assert.throws(() => demandSm2(content, good, point), refusal('SM2_MALFORMED'));
  });

  it('agrees with openssl both ways, when it is told the user id', () =>
    inFolder((folder) => {
      sm2Identity(folder, 'own');
      const key = readSm2Key(readFileSync(join(folder, 'own.key'), 'utf8'));
      const content = Buffer.from('{"kind":"tiezheng.manifest"}\n');
      writeFileSync(join(folder, 'f'), content);
      writeFileSync(join(folder, 'f.sm2'), signSm2(content, key, randomBytes));
      const raw = ['pkeyutl', '-rawin', '-digest', 'sm3', '-in', 'f', '-pkeyopt', DISTID];
      const verify = [...raw, '-verify', '-certin', '-inkey', 'own.pem', '-sigfile', 'f.sm2'];
      assert.match(run(folder, 'openssl', ...verify), /Successfully/);
      run(folder, 'openssl', ...raw, '-sign', '-inkey', 'own.key', '-out', 'o.sm2');
      demandSm2(content, readFileSync(join(folder, 'o.sm2')), key.publicKey);
      writeFileSync(join(folder, 'f'), 'other');
      assert.throws(() => run(folder, 'openssl', ...verify));
    }));

  it('reads PKCS#8 and SEC 1, and no other curve', () =>
    inFolder((folder) => {
      sm2Identity(folder, 'own');
      const secret = readSm2Key(readFileSync(join(folder, 'own.key'), 'utf8')).secret;
      run(folder, 'openssl', 'ec', '-in', 'own.key', '-out', 'sec1.key');
      assert.deepEqual(readSm2Key(readFileSync(join(folder, 'sec1.key'), 'utf8')).secret, secret);
      opensslIdentity(folder, 'p256', p256, []);
      const other = readFileSync(join(folder, 'p256.key'), 'utf8');
      for (const text of [other, '', 'x'.repeat(100_000)]) assert.throws(() => readSm2Key(text), refusal('SM2_KEY'));
      for (const bad of [Buffer.alloc(32), ORDER, Buffer.alloc(31, 1)])
        assert.throws(() => sm2Key(bad), refusal('SM2_KEY'));
    }));
});

describe('certificates with SM2 keys', () => {
  const pem = (folder: string, name: string) => readOneSm2Pem(readFileSync(join(folder, `${name}.pem`), 'utf8'));

  it('are believed under an SM2 path, as openssl does', () =>
    inFolder((folder) => {
      sm2Identity(folder, 'root', 'ca');
      sm2Identity(folder, 'other', 'ca');
      sm2Issued(folder, 'between', 'root', 'ca');
      sm2Issued(folder, 'leaf', 'between', 'signer');
      const [root, other, between, leaf] = ['root', 'other', 'between', 'leaf'].map((name) => pem(folder, name));
      assert(root && other && between && leaf);
      demandSm2Trusted(leaf, [root], [between], at);
      // openssl tells the user id to the first certificate alone.
      const judge = ['verify', '-vfyopt', DISTID, '-partial_chain', '-CAfile', 'between.pem', 'leaf.pem'];
      assert.match(run(folder, 'openssl', ...judge), /OK/);
      const refused: [string, () => void][] = [
        ['CERT_UNTRUSTED', () => demandSm2Trusted(leaf, [other], [between], at)],
        ['CERT_UNTRUSTED', () => demandSm2Trusted(leaf, [root], [], at)],
        ['CERT_NOT_VALID_AT', () => demandSm2Trusted(leaf, [root], [between], new Date(0))],
        ['CERT_IS_CA', () => demandSm2Trusted(between, [root], [], at)],
        ['CERT_KEY', () => demandSigner(leaf)],
      ];
      for (const [code, attempt] of refused) assert.throws(attempt, refusal(code));
    }));

  it('are refused for another purpose, another key, or a changed byte', () =>
    inFolder((folder) => {
      sm2Identity(folder, 'root', 'ca');
      sm2Issued(folder, 'leaf', 'root', 'signer');
      sm2Issued(folder, 'cipher', 'root', 'cipher');
      const [root, leaf] = [pem(folder, 'root'), pem(folder, 'leaf')];
      assert.throws(() => demandSm2Trusted(pem(folder, 'cipher'), [root], [], at), refusal('CERT_KEY_USAGE'));
      opensslIdentity(folder, 'p256', p256, []);
      assert.throws(() => pem(folder, 'p256'), refusal('CERT_KEY'));
      const bytes = Buffer.from(leaf.der);
      bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
      const text = `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`;
      assert.throws(() => demandSm2Trusted(readOneSm2Pem(text), [root], [], at), refusal('CERT_UNTRUSTED'));
    }));
});
