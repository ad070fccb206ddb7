import { createHash } from 'node:crypto';
import { readOnePem } from '../../signing/certificate.ts';
import { signDetached, verifyDetached } from '../../signing/cms.ts';
import { createRevocationList, readRevocationList } from '../../signing/revocation.ts';
import { createSm2Key, demandSm2, signSm2 } from '../../signing/sm2.ts';
import { imprintOf, makeQuery, readQuery, tokenOfFile, verifyToken } from '../../signing/timestamp.ts';
import { vector } from '../support/vector.ts';
import { ca, signer, timed, tsrOf } from '../unit/signing/pki.ts';
import { countingRandom } from '../unit/signing/support.ts';
import { exact, free, signed, type Target } from './target.ts';

/** Signatures, time stamps, certificates and keys. */
const content = Buffer.from('content');
const contentSha256 = createHash('sha256').update(content).digest();
const at = new Date('2026-11-22T08:30:00.000Z');
const trust = [ca.certificatePem];
const random = countingRandom();
const plain = signDetached({ content, ...signer, time: at });
const sm2Key = createSm2Key(random);
const list = {
  ...{ thisUpdate: at, nextUpdate: new Date('2056-01-01T00:00:00Z'), number: 7 },
  revoked: [
    { serial: '4a01', at, reason: 'keyCompromise' as const },
    { serial: '7f02', at, reason: 'unspecified' as const },
  ],
};
const openssl = { token: vector('openssl/token.der'), trust: [vector('openssl/ca.pem').toString()] };

export const signatureTargets = (): Target[] => [
  signed({
    ...{ name: 'CMS', kind: 'der', samples: [plain, timed(plain, at)] },
    read: (cms) => {
      const { signer, signingTime, timestamp } = verifyDetached({ cms, contentSha256, trust });
      return { signer: signer.certificatePem, signingTime, time: timestamp?.time };
    },
  }),
  signed({
    ...{ name: 'TSR', kind: 'der', samples: [tsrOf(content, at)] },
    read: (file) => verifyToken({ token: tokenOfFile(file), imprint: imprintOf(content), trust }),
  }),
  signed({
    ...{ name: 'TSR of openssl', kind: 'der', samples: [openssl.token] },
    read: (token) => verifyToken({ token, imprint: imprintOf(content), trust: openssl.trust }),
  }),
  free({
    ...{ name: 'TSQ', kind: 'der', samples: [makeQuery(imprintOf(content), random, '1.2.3').query] },
    read: readQuery,
    isRefusal: () => false,
  }),
  signed({
    ...{ name: 'CRL', kind: 'der', samples: [createRevocationList(ca, list)] },
    read: (bytes) => readRevocationList(bytes, readOnePem(ca.certificatePem)),
  }),
  free({
    ...{
      name: 'certificate',
      kind: 'text',
      samples: [Buffer.from(ca.certificatePem), Buffer.from(signer.certificatePem)],
    },
    read: (pem) => readOnePem(Buffer.from(pem).toString()).subject,
  }),
  exact({
    ...{ name: 'SM2', kind: 'der', samples: [signSm2(content, sm2Key, random)] },
    read: (signature) => {
      demandSm2(content, signature, sm2Key.publicKey);
      return signature;
    },
    write: (signature: Uint8Array) => signature,
  }),
];
