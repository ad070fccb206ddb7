import { createHash } from 'node:crypto';
import { createAuthority, issueSystemSigner, issueTimestamper } from '../../signing/authority.ts';
import { readOnePem } from '../../signing/certificate.ts';
import { signDetached, timestampable, withoutTimestamp, withTimestamp } from '../../signing/cms.ts';
import { createRevocationList, type Revoked } from '../../signing/revocation.ts';
import { encodeReply, type Imprint, imprintOf, makeQuery, tokenOfReply } from '../../signing/timestamp.ts';
import { answerQuery } from '../../signing/timestamp-authority.ts';
import type { Twins } from './claims.ts';
import { read } from './scene.ts';

/** Another authority of the same names, with a signer and a time-stamper: what an impostor has. */
export const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const hour = 3_600_000;
const naming = { organization: '某市综合行政执法局', now: new Date(Date.now() - 24 * hour), random };
export const impostor = createAuthority({ ...naming, commonName: '铁证 根' });
const impostorSigner = issueSystemSigner(impostor, { ...naming, commonName: '铁证 系统完整性签名' });
export const impostorTsa = issueTimestamper(impostor, { ...naming, commonName: '铁证 时间戳' });

const stamp = (imprint: Imprint, at = new Date()): Uint8Array => {
  const authority = { ...impostorTsa, policy: '1.2.3.4', accuracySeconds: 1, random };
  return tokenOfReply(answerQuery(authority, makeQuery(imprint, random).query, at));
};

/** The same bytes with one bit turned over, by default in the middle. */
export function flipped(bytes: Uint8Array, at = bytes.length >> 1): Buffer {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? copy.length + at : at]! ^= 1;
  return copy;
}

/** The same bytes with one piece, which is there, replaced by another of its length. */
export function replaced(bytes: Uint8Array, piece: Uint8Array | string, by: Uint8Array | string): Buffer {
  const copy = Buffer.from(bytes);
  const [from, to] = [Buffer.from(piece), Buffer.from(by)];
  const at = copy.indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error('the piece is not there');
  to.copy(copy, at);
  return copy;
}

/** Line `at` of a text, changed. */
export const line = (text: string, at: number, change: (line: string) => string) =>
  text
    .split('\n')
    .map((each, i) => (i === at ? change(each) : each))
    .join('\n');

/** Another character in the middle of base64. */
export const otherBase64 = (text: string) => {
  const at = text.length >> 1;
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
};

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** A detached CAdES signature, without or with a time stamp. */
export interface Signed {
  level: 'B' | 'T';
  content: Uint8Array;
  cms: Uint8Array;
}

/** Twins of a detached CMS that every judge of CMS refuses. */
export const cmsTwins: Twins<Signed> = {
  'other content': (signed) => ({ ...signed, content: flipped(signed.content) }),
  "a bit of the signature's value": (signed) => ({
    ...signed,
    cms: replaced(signed.cms, endOfValue(signed.cms), flipped(endOfValue(signed.cms))),
  }),
  'other content and its digest': (signed) => ({
    ...signed,
    content: flipped(signed.content),
    cms: replaced(signed.cms, sha256(signed.content), sha256(flipped(signed.content))),
  }),
  'the signer of another authority': ({ level, content }) => ({ level, content, cms: byImpostor(content, level) }),
};

/** The end of the signature's value, with which a CAdES-B signature ends. */
const endOfValue = (cms: Uint8Array) => Buffer.from(withoutTimestamp(cms)).subarray(-24);

function byImpostor(content: Uint8Array, level: Signed['level'], time = new Date()): Uint8Array {
  const plain = signDetached({ content, ...impostorSigner, time });
  return level === 'B' ? plain : withTimestamp(plain, stamp(timestampable(plain), time));
}

/** The time stamp inside is by the right authority, good, and over something else. */
export const foreignTime: Twins<Signed> = {
  'the time stamp of something else': (signed) => ({
    ...signed,
    cms: withTimestamp(signed.cms, tokenOfReply(read('receipt/manifest.json.tsr'))),
  }),
};

/** A CAdES-B and a CAdES-T of the impostor's, both an hour older than the revocation of their signer; lists before and after it. */
export function revoked(content: Uint8Array) {
  const [signedAt, at] = [new Date(Date.now() - 2 * hour), new Date(Date.now() - hour)];
  const { serial } = readOnePem(impostorSigner.certificatePem);
  return {
    plain: byImpostor(content, 'B', signedAt),
    timed: byImpostor(content, 'T', signedAt),
    empty: listOf([]),
    list: listOf([{ serial, at, reason: 'keyCompromise' }]),
  };
}

const listOf = (entries: Revoked[]) =>
  createRevocationList(impostor, {
    ...{ thisUpdate: new Date(Date.now() - hour / 2), nextUpdate: new Date(Date.now() + 24 * hour), number: 1 },
    revoked: entries,
  });

export interface Stamped {
  content: Uint8Array;
  reply: Uint8Array;
}

/** Twins of a time-stamp reply that every judge of RFC 3161 refuses. */
export const timeTwins: Twins<Stamped> = {
  'other content': ({ content, reply }) => ({ content: flipped(content), reply }),
  "a bit of the signature's value": ({ content, reply }) => ({ content, reply: flipped(reply, -1) }),
  'other content and its imprint': ({ content, reply }) => ({
    content: flipped(content),
    reply: replaced(reply, sha256(content), sha256(flipped(content))),
  }),
  'another authority': ({ content }) => ({ content, reply: encodeReply(stamp(imprintOf(content))) }),
  'not granted': ({ content, reply }) => ({ content, reply: replaced(reply, GRANTED, REJECTED) }),
};

/** PKIStatusInfo, DER. */
const GRANTED = Uint8Array.of(0x30, 3, 2, 1, 0);
const REJECTED = Uint8Array.of(0x30, 3, 2, 1, 2);

/** A certificate (PEM) and what tells whether it is good: its root (PEM) and the root's revocation list (DER). */
export interface Listed {
  certificate: Uint8Array;
  root: Uint8Array;
  list: Uint8Array;
}

const impostorListed = (list: Uint8Array): Listed => ({
  certificate: Buffer.from(impostorSigner.certificatePem),
  root: Buffer.from(impostor.certificatePem),
  list,
});

export const listTwins: Twins<Listed> = {
  'a revoked certificate': () => impostorListed(revoked(Buffer.of()).list),
  'the list of another authority': (listed) => ({ ...listed, list: revoked(Buffer.of()).list }),
  'a bit of the list': ({ certificate, root, list }) => ({ certificate, root, list: flipped(list, -1) }),
  'the certificate of another authority': (listed) => ({
    ...listed,
    certificate: impostorListed(listed.list).certificate,
  }),
};
