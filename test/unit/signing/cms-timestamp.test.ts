import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { createAuthority, issueTimestamper } from '../../../signing/authority.ts';
import { signDetached, timestampable, verifyDetached, withoutTimestamp, withTimestamp } from '../../../signing/cms.ts';
import { sha256 } from '../../../signing/digest.ts';
import { ProofError } from '../../../signing/proof-error.ts';
import { imprintOf } from '../../../signing/timestamp.ts';
import { ca, now, signer, stamped, timed, tsa } from './pki.ts';
import { countingRandom, inFolder, refusal, run } from './support.ts';

const content = Buffer.from('{"kind":"tiezheng.manifest"}\n');
const contentSha256 = sha256(content);
const at = new Date('2026-11-22T08:30:00Z');
const later = new Date('2026-11-22T08:30:02Z');
const plain = signDetached({ content, ...signer, time: at });
const cms = timed(plain, later);
const trust = [ca.certificatePem];

describe('CMS signature with a time stamp (CAdES-T)', () => {
  it('is verified with its time, and leads back to the CAdES-B that it grew from', () => {
    const { signingTime, timestamp } = verifyDetached({ cms, contentSha256, trust });
    assert.deepEqual([signingTime, timestamp?.time], [at, later]);
    assert.equal(timestamp?.tsa.certificatePem, tsa.certificatePem);
    assert.equal(verifyDetached({ cms: plain, contentSha256, trust }).timestamp, undefined);
    assert.deepEqual(Buffer.from(withoutTimestamp(cms)), Buffer.from(plain));
    assert.deepEqual(Buffer.from(withoutTimestamp(plain)), Buffer.from(plain));
    inFolder((folder) => {
      writeFileSync(join(folder, 'ca.pem'), ca.certificatePem);
      writeFileSync(join(folder, 'x.p7s'), cms);
      writeFileSync(join(folder, 'f'), content);
      const judge = ['cms', '-verify', '-cades', '-binary', '-purpose', 'any', '-inform', 'DER', '-in', 'x.p7s'];
      const when = ['-attime', String(later.getTime() / 1000), '-CAfile', 'ca.pem', '-out', '/dev/null'];
      run(folder, 'openssl', ...judge, '-content', 'f', ...when);
    });
  });

  it('refuses a change of any byte, and bytes added or cut', () => {
    for (let i = 0; i < cms.length; i++) {
      const changed = Uint8Array.from(cms);
      changed[i]! ^= 1 << (i % 8);
      assert.throws(() => verifyDetached({ cms: changed, contentSha256, trust }), ProofError, `byte ${i}`);
    }
    for (const changed of [Buffer.concat([cms, Uint8Array.of(0)]), cms.subarray(0, -1)])
      assert.throws(() => verifyDetached({ cms: changed, contentSha256, trust }), ProofError);
  }).timeout(120_000);

  it('refuses a time stamp of other content, of another authority, or before the signature', () => {
    const refused = (token: Uint8Array, code: string, more = {}) =>
      assert.throws(
        () => verifyDetached({ cms: withTimestamp(plain, token), contentSha256, trust, ...more }),
        refusal(code),
      );
    refused(stamped(imprintOf(content), later), 'TIME_IMPRINT');
    refused(stamped(timestampable(plain), new Date('2026-11-22T08:20:00Z')), 'TIME_ORDER');
    const random = countingRandom();
    const naming = { commonName: 'other', organization: 'other', now, random };
    const other = createAuthority(naming);
    const token = stamped(timestampable(plain), later, issueTimestamper(other, { ...naming, commonName: 'tsa' }));
    refused(token, 'CERT_UNTRUSTED');
    const timeTrust = [other.certificatePem];
    const under = { cms: withTimestamp(plain, token), contentSha256, trust, timeTrust };
    assert.equal(verifyDetached(under).timestamp?.tsa.subject, 'CN=tsa, O=other, C=CN');
    refused(stamped(timestampable(plain), later), 'CERT_UNTRUSTED', { timeTrust });
    assert.throws(
      () => verifyDetached({ cms: withTimestamp(plain, plain), contentSha256, trust }),
      refusal('TIME_MALFORMED'),
    );
    assert.throws(() => withTimestamp(content, token), refusal('CMS_MALFORMED'));
  });
});
