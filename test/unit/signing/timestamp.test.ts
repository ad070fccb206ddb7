import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createAuthority, type Identity, issueSystemSigner } from '../../../signing/authority.ts';
import * as der from '../../../signing/der.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import {
  encodeReply,
  imprintOf,
  makeQuery,
  readQuery,
  tokenOfFile,
  tokenOfReply,
  verifyToken,
} from '../../../signing/timestamp.ts';
import { answerQuery, makeToken } from '../../../signing/timestamp-authority.ts';
import { encodeToken, readToken } from '../../../signing/timestamp-token.ts';
import { ca, now, opensslIdentity, opensslIssued, otherCa, p256, rsa2048, signer, tsa } from './pki.ts';
import { countingRandom, inFolder, refusal, run } from './support.ts';

const random = countingRandom();
const policy = '2.25.329800735698586629295641978511506172918';
const authority = { ...tsa, policy, accuracySeconds: 1, random };
const content = Buffer.from('what was said, 说了什么');
const imprint = imprintOf(content);
const at = new Date('2026-11-22T08:30:00.120Z');
const { query, nonce } = makeQuery(imprint, random, policy);
const token = tokenOfReply(answerQuery(authority, query, at));
const trust = [ca.certificatePem];
const statusOf = (reply: Uint8Array) => {
  assert.throws(() => tokenOfReply(reply), refusal('TIME_REFUSED'));
  return Buffer.from(reply).toString('hex');
};

/** An openssl TSA in a folder: its own root, and a leaf with the extensions given. */
function opensslTsa(folder: string, key: string[], eku: string, digest = 'sha256', more: string[] = []): void {
  opensslIdentity(folder, 'root', p256, ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign']);
  opensslIssued(folder, 'tsa', 'root', key, [
    'basicConstraints=CA:FALSE',
    'keyUsage=critical,digitalSignature',
    ...(eku ? [`extendedKeyUsage=${eku}`] : []),
  ]);
  const lines = [
    '[tsa]',
    'default_tsa = t',
    '[t]',
    'serial = ./serial',
    'crypto_device = builtin',
    'signer_cert = ./tsa.pem',
    'certs = ./root.pem',
    'signer_key = ./tsa.key',
    `signer_digest = ${digest}`,
    'default_policy = 1.2.3.4.1',
    'digests = sha256, sha512',
    'accuracy = secs:1, millisecs:500, microsecs:100',
    'ordering = yes',
    'tsa_name = yes',
    ...more,
  ];
  writeFileSync(join(folder, 'tsa.cnf'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'serial'), '01\n');
}

const read = (folder: string, name: string) => readFileSync(join(folder, name));

describe('time stamps (RFC 3161)', () => {
  it('are made and verified, with nonce, policy, accuracy and time', () => {
    const { time, accuracyMs, tsa: by, policy: under } = verifyToken({ token, imprint, nonce, policy, trust });
    assert.deepEqual([time, accuracyMs, under], [at, 1000, policy]);
    assert.equal(by.certificatePem, tsa.certificatePem);
    assert.deepEqual(Buffer.from(tokenOfFile(encodeReply(token))), Buffer.from(token));
  });

  it('refuse another content, nonce, policy or authority', () => {
    const other = (change: object, code: string) =>
      assert.throws(() => verifyToken({ token, imprint, nonce, policy, trust, ...change }), refusal(code));
    other({ imprint: imprintOf(Buffer.from('x')) }, 'TIME_IMPRINT');
    other({ nonce: der.integer(Uint8Array.of(5)) }, 'TIME_NONCE');
    other({ policy: '1.2.3' }, 'TIME_POLICY');
    other({ trust: [otherCa.certificatePem] }, 'CERT_UNTRUSTED');
    other({ trust: [] }, 'CERT_UNTRUSTED');
    other({ token: new Uint8Array(60_000) }, 'TIME_MALFORMED');
  });

  it('refuse a change of any byte, and bytes added or cut', () => {
    for (let i = 0; i < token.length; i++) {
      for (const mask of i % 8 === 0 ? [0x01, 0x20, 0x80, 0xff] : [1 << (i % 7)]) {
        const changed = Uint8Array.from(token);
        changed[i]! ^= mask;
        assert.throws(() => verifyToken({ token: changed, imprint, trust }), ProofError, `byte ${i} ${mask}`);
      }
    }
    for (const changed of [Buffer.concat([token, Uint8Array.of(0)]), token.subarray(0, -1), new Uint8Array()])
      assert.throws(() => verifyToken({ token: changed, imprint, trust }), refusal('TIME_MALFORMED'));
    const file = encodeReply(token);
    for (let i = 0; i < file.length - token.length; i++) {
      const changed = Uint8Array.from(file);
      changed[i]! ^= 1;
      assert.throws(() => tokenOfFile(changed), ProofError, `byte ${i}`);
    }
  }).timeout(120_000);

  it('are refused when the certificate may not stamp time or was not valid', () => {
    const asked = readQuery(query);
    assert.ok(typeof asked !== 'string');
    assert.throws(() => makeToken({ ...authority, ...signer }, asked, at), refusal('CERT_EXT_KEY_USAGE'));
    const early = makeToken(authority, asked, new Date('2026-11-22T07:00:00Z'));
    assert.throws(() => verifyToken({ token: early, imprint, trust }), refusal('CERT_NOT_VALID_AT'));
    statusOf(answerQuery(authority, query, new Date('2060-01-01T00:00:00Z')));
  });

  it('are refused when the signed attributes name another certificate', () => {
    const { parts } = readToken(token);
    const twin = readToken(tokenOfReply(answerQuery(authority, query, new Date(at.getTime() + 1000)))).parts;
    for (const change of [
      { attributes: twin.attributes },
      { infoDer: twin.infoDer },
      { signature: twin.signature },
      { attributes: parts.attributes.slice(1) },
      { attributes: [...parts.attributes, parts.attributes[0]!] },
      { certificates: [] },
      { certificates: [Buffer.from(signer.certificatePem)] },
    ])
      assert.throws(() => verifyToken({ token: encodeToken({ ...parts, ...change }), imprint, trust }), ProofError);
    const stray = createAuthority({ commonName: 'stray', organization: 'x', now, random });
    const leaf = issueSystemSigner(stray, { commonName: 'leaf', organization: 'x', now, random });
    const added = Buffer.from(leaf.certificatePem.replace(/-----.*-----|\n/g, ''), 'base64');
    const bytes = encodeToken({ ...parts, certificates: [...parts.certificates, added] });
    assert.throws(() => verifyToken({ token: bytes, imprint, trust }), refusal('CERT_UNTRUSTED'));
  });

  it('are accepted by openssl, by query, by data, and as a bare token; the twin is refused', () => {
    inFolder((folder) => {
      writeFileSync(join(folder, 'ca.pem'), ca.certificatePem);
      writeFileSync(join(folder, 'tsa.pem'), tsa.certificatePem);
      writeFileSync(join(folder, 'f'), content);
      const when = ['-attime', String(Math.ceil(at.getTime() / 1000)), '-CAfile', 'ca.pem'];
      for (const [name, args] of [
        ['with nonce', ['-cert']],
        ['without', ['-cert', '-no_nonce']],
        ['sha512', ['-cert', '-sha512']],
        ['no certificate', []],
      ] as const) {
        run(folder, 'openssl', 'ts', '-query', '-data', 'f', ...args, '-out', 'q.tsq');
        writeFileSync(join(folder, 'r.tsr'), answerQuery(authority, read(folder, 'q.tsq'), at));
        const untrusted = ['-untrusted', 'tsa.pem'];
        assert.match(
          run(folder, 'openssl', 'ts', '-verify', '-in', 'r.tsr', '-queryfile', 'q.tsq', ...when, ...untrusted),
          /OK/,
          name,
        );
        run(folder, 'openssl', 'ts', '-verify', '-in', 'r.tsr', '-data', 'f', ...when, ...untrusted);
      }
      writeFileSync(join(folder, 't.der'), token);
      run(folder, 'openssl', 'ts', '-verify', '-token_in', '-in', 't.der', '-data', 'f', ...when);
      writeFileSync(join(folder, 'f'), 'other');
      assert.throws(() => run(folder, 'openssl', 'ts', '-verify', '-token_in', '-in', 't.der', '-data', 'f', ...when));
      assert.match(
        run(folder, 'openssl', 'ts', '-reply', '-in', 't.der', '-token_in', '-text'),
        /Time stamp: Nov 22 08:30:00.12 2026 GMT/,
      );
    });
  });

  it('of openssl are verified, of several keys and digests; every changed byte is refused', () => {
    inFolder((folder) => {
      writeFileSync(join(folder, 'f'), content);
      for (const [key, digest, args, more] of [
        [p256, 'sha256', ['-cert'], []],
        [rsa2048, 'sha512', ['-cert'], ['ess_cert_id_chain = yes']],
        [['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'sha384', ['-cert'], ['ess_cert_id_alg = sha1']],
        [p256, 'sha256', ['-cert', '-no_nonce'], ['ess_cert_id_alg = sha512']],
      ] as const) {
        opensslTsa(folder, [...key], 'critical,timeStamping', digest, [...more]);
        run(folder, 'openssl', 'ts', '-query', '-data', 'f', ...args, '-out', 'q.tsq');
        run(folder, 'openssl', 'ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'q.tsq', '-out', 'r.tsr');
        const made = tokenOfReply(read(folder, 'r.tsr'));
        const root = [read(folder, 'root.pem').toString()];
        const verified = verifyToken({ token: made, imprint, trust: root });
        assert.equal(verified.accuracyMs, 1501);
        assert.ok(Math.abs(verified.time.getTime() - Date.now()) < 10_000);
        for (let i = 0; i < made.length; i += 7) {
          const changed = Uint8Array.from(made);
          changed[i]! ^= 1 << (i % 8);
          assert.throws(() => verifyToken({ token: changed, imprint, trust: root }), ProofError, `byte ${i}`);
        }
      }
    });
  }).timeout(60_000);

  it('of an openssl authority with a wrong certificate are refused', () => {
    inFolder((folder) => {
      writeFileSync(join(folder, 'f'), content);
      opensslTsa(folder, p256, 'critical,timeStamping');
      run(folder, 'openssl', 'ts', '-query', '-data', 'f', '-cert', '-out', 'q.tsq');
      run(folder, 'openssl', 'ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'q.tsq', '-out', 'r.tsr');
      const { parts } = readToken(tokenOfReply(read(folder, 'r.tsr')));
      assert.ok(parts.certificates.length > 0);
      const wrong: [string, string[]][] = [
        ['CERT_EXT_KEY_USAGE', ['extendedKeyUsage=timeStamping', 'keyUsage=digitalSignature']],
        ['CERT_EXT_KEY_USAGE', ['extendedKeyUsage=critical,timeStamping,emailProtection', 'keyUsage=digitalSignature']],
        ['CERT_EXT_KEY_USAGE', ['keyUsage=digitalSignature']],
        ['CERT_KEY_USAGE', ['extendedKeyUsage=critical,timeStamping', 'keyUsage=digitalSignature,keyAgreement']],
      ];
      for (const [code, extensions] of wrong) {
        opensslIssued(folder, 'bad', 'root', p256, ['basicConstraints=CA:FALSE', ...extensions]);
        const identity: Identity = {
          certificatePem: read(folder, 'bad.pem').toString(),
          privateKeyPem: read(folder, 'bad.key').toString(),
        };
        assert.throws(
          () => answerQuery({ ...authority, ...identity }, query, new Date(Date.now() + 2000)),
          refusal(code),
        );
      }
    });
  });

  it('refuse queries that cannot be answered, and say why', () => {
    const bad = (bytes: Uint8Array) => statusOf(answerQuery(authority, bytes, at));
    assert.equal(bad(new Uint8Array(9000)), bad(Buffer.from('hello')));
    const sha1 = der.sequence(
      der.integer(Uint8Array.of(1)),
      der.sequence(der.sequence(der.oid('1.3.14.3.2.26')), der.octetString(new Uint8Array(20))),
    );
    assert.equal(readQuery(sha1), 'badAlg');
    assert.equal(bad(sha1), '3009300702010203020780');
    const other = makeQuery(imprint, random, '1.2.3.4').query;
    bad(other);
    assert.equal(readQuery(der.sequence(der.integer(Uint8Array.of(2)))), 'badRequest');
    const extended = der.sequence(
      der.integer(Uint8Array.of(1)),
      der.sequence(der.sequence(der.oid('2.16.840.1.101.3.4.2.1')), der.octetString(imprint.digest)),
      der.context(0, der.sequence()),
    );
    assert.equal(readQuery(extended), 'unacceptedExtension');
    inFolder((folder) => {
      writeFileSync(join(folder, 'r.tsr'), answerQuery(authority, other, at));
      const text = run(folder, 'openssl', 'ts', '-reply', '-in', 'r.tsr', '-text');
      assert.match(text, /Rejected[\s\S]*requested TSA policy is not supported/i);
      writeFileSync(join(folder, 'r.tsr'), answerQuery(authority, sha1, at));
      assert.match(
        run(folder, 'openssl', 'ts', '-reply', '-in', 'r.tsr', '-text'),
        /unrecognized or unsupported algorithm/i,
      );
    });
  });
});
