import { createAuthority, type Identity, issueSystemSigner, issueTimestamper } from '../../../signing/authority.ts';
import { timestampable, withTimestamp } from '../../../signing/cms.ts';
import { encodeReply, type Imprint, imprintOf, makeQuery, tokenOfReply } from '../../../signing/timestamp.ts';
import { answerQuery } from '../../../signing/timestamp-authority.ts';
import { countingRandom, run } from './support.ts';

export const now = new Date('2026-11-22T08:00:00.500Z');
const random = countingRandom();

export const ca = createAuthority({ commonName: '铁证 根', organization: '某市综合行政执法局', now, random });
export const otherCa = createAuthority({ commonName: '铁证 根', organization: '某市综合行政执法局', now, random });
export const signer: Identity = issueSystemSigner(ca, {
  commonName: '铁证 系统完整性签名',
  organization: '某市综合行政执法局',
  now,
  random,
});

export const tsa: Identity = issueTimestamper(ca, {
  commonName: '铁证 时间戳（自签）',
  organization: '某市综合行政执法局',
  now,
  random,
});

const timePolicy = '2.25.329800735698586629295641978511506172918';

/** A token of the self-issued authority over an imprint. */
export const stamped = (imprint: Imprint, at: Date, identity = tsa): Uint8Array =>
  tokenOfReply(
    answerQuery({ ...identity, policy: timePolicy, accuracySeconds: 1, random }, makeQuery(imprint, random).query, at),
  );

/** CAdES-T of a CAdES-B signature. */
export const timed = (cms: Uint8Array, at: Date): Uint8Array => withTimestamp(cms, stamped(timestampable(cms), at));

/** A `.tsr` over bytes. */
export const tsrOf = (content: Uint8Array, at: Date): Uint8Array => encodeReply(stamped(imprintOf(content), at));

/** A certificate made by the openssl command: `extensions` are lines of its configuration, `key` what genpkey takes. */
export function opensslIdentity(folder: string, name: string, key: string[], extensions: string[]): void {
  run(folder, 'openssl', 'genpkey', '-out', `${name}.key`, ...key);
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  run(
    folder,
    'openssl',
    'req',
    '-x509',
    '-new',
    '-key',
    `${name}.key`,
    '-subj',
    `/CN=${name}`,
    '-out',
    `${name}.pem`,
    ...added,
  );
}

export const p256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const rsa2048 = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];

/** A certificate made by openssl, issued by `issuer` of the same folder. */
export function opensslIssued(folder: string, name: string, issuer: string, key: string[], extensions: string[]): void {
  run(folder, 'openssl', 'genpkey', '-out', `${name}.key`, ...key);
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  const by = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`];
  const subject = ['-key', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.pem`];
  run(folder, 'openssl', 'req', '-x509', '-new', ...by, ...subject, '-days', '30', ...added);
}
