import assert from 'node:assert/strict';
import * as native from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { readOnePem } from '../../signing/certificate.ts';
import { Buffer as WebBuffer } from '../../web/verify/buffer.ts';
import * as web from '../../web/verify/node-crypto.ts';
import { ca, opensslIdentity, opensslIssued, otherCa, p256, rsa2048, signer, tsa } from '../unit/signing/pki.ts';
import { sm2Identity, sm2Issued } from '../unit/signing/sm2-pki.ts';
import { inFolder } from '../unit/signing/support.ts';

/** Both must say the same of everything: what OpenSSL refuses, the page refuses. */

const bytes = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 31 + size) & 0xff);

type Pair = { publicKey: native.KeyObject; privateKey: native.KeyObject };

const keys: Record<string, [Pair, (string | null)[]]> = {
  'P-256': [native.generateKeyPairSync('ec', { namedCurve: 'P-256' }), ['sha256', 'sha384', 'sha512']],
  'P-384': [native.generateKeyPairSync('ec', { namedCurve: 'P-384' }), ['sha256', 'sha384', 'sha512']],
  'P-521': [native.generateKeyPairSync('ec', { namedCurve: 'P-521' }), ['sha256', 'sha512']],
  'RSA-2048': [native.generateKeyPairSync('rsa', { modulusLength: 2048 }), ['sha256', 'sha384', 'sha512']],
  'RSA-2047, exponent 3': [
    native.generateKeyPairSync('rsa', { modulusLength: 2047, publicExponent: 3 }),
    ['sha256', 'sha512'],
  ],
  Ed25519: [native.generateKeyPairSync('ed25519'), [null]],
};

const pairOf = (kind: string) => (keys[kind] as [Pair, unknown])[0];

function bothVerify(name: string | null, data: Uint8Array, key: native.KeyObject, signature: Uint8Array): boolean {
  const spki = key.export({ format: 'der', type: 'spki' });
  const said = web.verify(name, data, web.createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
  assert.equal(said, native.verify(name, data, key, signature), `${name} ${Buffer.from(signature).toString('hex')}`);
  return said;
}

describe('what the page has for node:crypto', () => {
  it('digests the same, however the bytes come', () => {
    for (const name of ['sha1', 'sha256', 'sha384', 'sha512', 'sm3']) {
      for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 127, 128, 1000]) {
        const wanted = native.createHash(name).update(bytes(size)).digest('hex');
        const running = web.createHash(name);
        for (let at = 0; at < size; at += 37) running.update(bytes(size).subarray(at, at + 37));
        assert.equal(running.digest('hex'), wanted, `${name} of ${size}`);
        assert.equal(web.hash(name, bytes(size), 'buffer').toString('hex'), wanted);
      }
    }
    assert.throws(() => web.createHash('md5'));
    assert.throws(() => web.createHash('toString'));
  });

  it('says the same of signatures, good ones and with any byte changed', () => {
    for (const [kind, [{ publicKey, privateKey }, digests]] of Object.entries(keys)) {
      for (const name of digests) {
        const signature = native.sign(name, bytes(100), privateKey);
        assert.equal(bothVerify(name, bytes(100), publicKey, signature), true, `${kind} ${name}`);
        assert.equal(bothVerify(name, bytes(101), publicKey, signature), false);
        const step = kind.startsWith('RSA') ? 61 : 13;
        for (let at = 0; at < signature.length; at += step) {
          const changed = Uint8Array.from(signature);
          changed[at] = (changed[at] as number) ^ 1;
          assert.equal(bothVerify(name, bytes(100), publicKey, changed), false, `${kind} ${name} byte ${at}`);
        }
        for (const odd of [new Uint8Array(), signature.subarray(1), Buffer.concat([signature, Uint8Array.of(0)])]) {
          assert.equal(bothVerify(name, bytes(100), publicKey, odd), false, `${kind} ${name}`);
        }
      }
    }
  });

  it('says the same of ECDSA signatures that are no strict DER, or out of range', () => {
    const { publicKey, privateKey } = pairOf('P-256');
    const raw = native.sign('sha256', bytes(9), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const [r, s] = [raw.subarray(0, 32), raw.subarray(32)].map((part) => BigInt(`0x${part.toString('hex')}`)) as [
      bigint,
      bigint,
    ];
    const integer = (value: bigint, padding = 0) => {
      const hex = value.toString(16);
      const digits = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
      const sign = (digits[0] ?? 0) & 0x80 ? 1 : 0;
      const body = Buffer.concat([Buffer.alloc(sign + padding), digits]);
      return Buffer.concat([Uint8Array.of(2, body.length), body]);
    };
    const pair = (...parts: Buffer[]) => {
      const body = Buffer.concat(parts);
      return Buffer.concat([Uint8Array.of(0x30, body.length), body]);
    };
    const said = (signature: Uint8Array) => bothVerify('sha256', bytes(9), publicKey, signature);
    assert.equal(said(pair(integer(r), integer(s))), true);
    assert.equal(said(pair(integer(r), integer(order - s))), true, 'the other s is as good, as in OpenSSL');
    for (const odd of [
      pair(integer(r, 1), integer(s)),
      pair(integer(r), integer(s + order)),
      pair(integer(r + order), integer(s)),
      pair(integer(0n), integer(s)),
      pair(integer(r), integer(0n)),
      pair(integer(0n), integer(0n)),
      pair(integer(r), integer(s), integer(1n)),
      Buffer.concat([Uint8Array.of(0x30, 0x81), pair(integer(r), integer(s)).subarray(1)]),
    ]) {
      assert.equal(said(odd), false, odd.toString('hex'));
    }
  });

  it('accepts no RSA signature that is of another encoding', () => {
    const { publicKey, privateKey } = pairOf('RSA-2048');
    const digest = native.createHash('sha256').update(bytes(9)).digest();
    const info = (hex: string) => Buffer.concat([Buffer.from(hex, 'hex'), digest]);
    const encoded = (...parts: Uint8Array[]) => {
      const tail = Buffer.concat(parts);
      const filling = Buffer.alloc(256 - tail.length - 3, 0xff);
      return Buffer.concat([Uint8Array.of(0, 1), filling, Uint8Array.of(0), tail]);
    };
    const signed = (block: Buffer) =>
      native.privateEncrypt({ key: privateKey, padding: native.constants.RSA_NO_PADDING }, block);
    const right = info('3031300d060960864801650304020105000420');
    assert.equal(bothVerify('sha256', bytes(9), publicKey, signed(encoded(right))), true);
    const garbage = encoded(right, bytes(100));
    const short = Buffer.concat([Uint8Array.of(0, 1), Buffer.alloc(8, 0xff), Uint8Array.of(0), right]);
    const padded = Buffer.concat([short, Buffer.alloc(256 - short.length)]);
    for (const block of [garbage, padded, encoded(info('302f300b0609608648016503040201050004 20'.replace(' ', '')))]) {
      assert.equal(web.verify('sha256', bytes(9), webKey(publicKey), signed(block)), false);
    }
    const pss = native.sign('sha256', bytes(9), { key: privateKey, padding: native.constants.RSA_PKCS1_PSS_PADDING });
    assert.equal(bothVerify('sha256', bytes(9), publicKey, pss), false);
  });

  const webKey = (key: native.KeyObject) =>
    web.createPublicKey({ key: key.export({ format: 'der', type: 'spki' }), format: 'der', type: 'spki' });

  it('shows keys alike', () => {
    for (const [kind, [{ publicKey }]] of Object.entries(keys)) {
      const shown = webKey(publicKey);
      assert.equal(shown.asymmetricKeyType, publicKey.asymmetricKeyType, kind);
      assert.equal(shown.asymmetricKeyDetails?.namedCurve, publicKey.asymmetricKeyDetails?.namedCurve);
      assert.equal(shown.asymmetricKeyDetails?.modulusLength, publicKey.asymmetricKeyDetails?.modulusLength);
      const pem = shown.export({ format: 'pem', type: 'spki' });
      assert.equal(pem, publicKey.export({ format: 'pem', type: 'spki' }));
      assert.deepEqual(
        [...web.createPublicKey(pem).export({ format: 'der', type: 'spki' })],
        [...publicKey.export({ format: 'der', type: 'spki' })],
      );
    }
    const other = native.generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    assert.throws(() => webKey(other.publicKey), 'a curve that is not here');
  });

  it('reads certificates alike, and says the same of who issued them', () =>
    inFolder((folder) => {
      opensslIdentity(folder, 'root', rsa2048, []);
      opensslIssued(folder, 'leaf', 'root', p256, ['keyUsage=critical,digitalSignature']);
      opensslIdentity(folder, 'Root', p256, ['keyUsage=critical,digitalSignature']);
      sm2Identity(folder, 'sm2', 'ca');
      sm2Issued(folder, 'sm2-leaf', 'sm2', 'signer');
      const made = ['root', 'leaf', 'Root', 'sm2', 'sm2-leaf'].map((name) =>
        readFileSync(join(folder, `${name}.pem`), 'utf8'),
      );
      const ours = [ca, otherCa, signer, tsa].map(({ certificatePem }) => certificatePem);
      const all = [...ours, ...made].map((pem) => readOnePem(pem).der);
      const pairs = all.map((der) => [new native.X509Certificate(der), new web.X509Certificate(der)] as const);
      for (const [own, shown] of pairs) {
        assert.equal(shown.serialNumber, own.serialNumber);
        assert.deepEqual(shown.validFromDate, own.validFromDate);
        assert.deepEqual(shown.validToDate, own.validToDate);
        assert.equal(shown.subject === shown.issuer, own.subject === own.issuer);
        for (const [issuer, shownIssuer] of pairs) {
          const what = `${own.subject} by ${issuer.subject}`;
          assert.equal(shown.checkIssued(shownIssuer), own.checkIssued(issuer), what);
          assert.equal(shown.verify(shownIssuer.publicKey), own.verify(issuer.publicKey), what);
        }
      }
      for (const der of all) {
        for (let at = 0; at < der.length; at += 97) {
          const changed = Uint8Array.from(der);
          changed[at] = (changed[at] as number) ^ 1;
          assert.equal(holdsUnder(web.X509Certificate, changed, all), false, `byte ${at}`);
        }
      }
    }));

  it('decrypts AES-256-GCM, and gives out nothing when a byte is another', () => {
    const [key, iv, aad] = [bytes(32), bytes(12), bytes(20)];
    for (const size of [0, 1, 16, 100]) {
      const cipher = native.createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(aad);
      const body = Buffer.concat([cipher.update(bytes(size)), cipher.final()]);
      const opened = (given: Uint8Array, tag: Uint8Array, more: Uint8Array) => {
        const decipher = web.createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
        decipher.setAAD(more).setAuthTag(tag);
        assert.equal(decipher.update(given).length, 0);
        return decipher.final();
      };
      const tag = cipher.getAuthTag();
      assert.deepEqual([...opened(body, tag, aad)], [...bytes(size)]);
      assert.throws(() => opened(body, Buffer.concat([tag.subarray(0, 15), bytes(1)]), aad));
      assert.throws(() => opened(body, tag.subarray(0, 12), aad));
      assert.throws(() => opened(body, tag, bytes(19)));
      if (size > 0) assert.throws(() => opened(Buffer.concat([body.subarray(1), bytes(1)]), tag, aad));
    }
  });

  it('has a Buffer that reads and writes text as that of Node', () => {
    const texts = [
      '',
      'a',
      '铁证',
      'deadBEEF0',
      '0g',
      'YWJj',
      'YWI=',
      'YW I\n=x',
      'YQ',
      '-_8',
      'a+/b',
      'AAAAA',
      '\u00ff\u0100',
    ];
    for (const encoding of ['utf8', 'hex', 'base64', 'base64url', 'latin1', 'binary'] as const) {
      for (const text of texts) {
        assert.deepEqual([...WebBuffer.from(text, encoding)], [...Buffer.from(text, encoding)], `${encoding} ${text}`);
      }
      for (const size of [0, 1, 2, 3, 300]) {
        assert.equal(WebBuffer.from(bytes(size)).toString(encoding), Buffer.from(bytes(size)).toString(encoding));
      }
    }
    const [shown, own] = [WebBuffer.alloc(8), Buffer.alloc(8)];
    assert.equal(shown.writeUIntBE(0x010203040506, 1, 6), own.writeUIntBE(0x010203040506, 1, 6));
    assert.deepEqual([...shown], [...own]);
    assert.equal(shown.readUIntBE(2, 5), own.readUIntBE(2, 5));
    assert.equal(shown.subarray(3).readUIntBE(0, 2), own.subarray(3).readUIntBE(0, 2));
    assert.equal(shown.subarray(1, 3).toString('hex'), '0102');
    assert.equal(shown.writeBigUInt64BE(0x0102030405060708n), own.writeBigUInt64BE(0x0102030405060708n));
    assert.equal(shown.readBigUInt64BE(), own.readBigUInt64BE());
    assert.deepEqual([...shown], [...own]);
    for (const other of [bytes(3), bytes(4), Uint8Array.of(), shown]) {
      assert.equal(WebBuffer.compare(shown, other), Buffer.compare(own, other));
    }
  });
});

function holdsUnder(Certificate: typeof web.X509Certificate, der: Uint8Array, issuers: Uint8Array[]): boolean {
  try {
    const one = new Certificate(der);
    return issuers.some((issuer) => one.verify(new Certificate(issuer).publicKey));
  } catch {
    return false;
  }
}
