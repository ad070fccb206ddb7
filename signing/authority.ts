import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { keyUsage, type ReadCertificate, readCertificate, readOnePem, toPem } from './certificate.ts';
import * as der from './der.ts';
import type { RandomSource } from './entry-key.ts';
import * as extensions from './extensions.ts';
import { ProofError } from './proof-error.ts';

/** A certificate and its key (PKCS#8), both PEM. */
export interface Identity {
  certificatePem: string;
  privateKeyPem: string;
}

export interface Naming {
  /** 1 to 64 characters of any language (X.520 upper bounds). */
  commonName: string;
  organization: string;
  now: Date;
  random: RandomSource;
  /** How long the certificate is valid; roots by default 30 years, signers 10. */
  years?: number;
}

export interface LeafNaming extends Naming {
  /** Where the authority's revocation list can be had, when it is public. */
  crlUrl?: string;
}

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';
/** A certificate is good so long before it is made: other processes sign with it, and their clocks may differ by minutes. */
const SKEW_MS = 10 * 60_000;

/**
 * The root of the embedded authority: P-256, self-signed, may sign certificates and nothing else (RFC 5280 profile, random
 * 128-bit serial). What it issues makes system integrity signatures (系统完整性签名), not e-seals.
 */
export function createAuthority(naming: Naming): Identity {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf(naming);
  const usage = keyUsage.keyCertSign | keyUsage.cRLSign;
  const added = [
    extensions.basicConstraints(true),
    extensions.keyUsageOf(usage, 1),
    extensions.subjectKeyId(keys.publicKey),
    extensions.authorityKeyId(extensions.keyIdOf(keys.publicKey)),
  ];
  return issue(naming, naming.years ?? 30, { name, key: keys.privateKey }, name, keys, added);
}

/** The signer of this installation: digitalSignature and nonRepudiation, no CA; never outlives the authority. */
export const issueSystemSigner = (authority: Identity, naming: LeafNaming): Identity =>
  issueLeaf(authority, naming, keyUsage.digitalSignature | keyUsage.nonRepudiation, []);

/** The time-stamper of this installation: for time stamps only (RFC 3161 section 2.3); never outlives the authority. */
export const issueTimestamper = (authority: Identity, naming: LeafNaming): Identity =>
  issueLeaf(authority, naming, keyUsage.digitalSignature | keyUsage.nonRepudiation, [extensions.timeStampingOnly()]);

export interface PersonalNaming extends LeafNaming {
  /** A number that tells people of one name apart (执法证号); letters, digits and hyphens. */
  number?: string;
}

/** A person's own signer, for documents (RFC 9336): shows who signed under this system; it is no certificate of a licensed authority. */
export const issuePersonal = (authority: Identity, naming: PersonalNaming): Identity =>
  issueLeaf(authority, naming, keyUsage.digitalSignature | keyUsage.nonRepudiation, [extensions.documentSigning()]);

/** Whether a certificate should be issued anew: less than `days` of it are left. */
export const isDue = (certificatePem: string, now: Date, days: number): boolean =>
  readOnePem(certificatePem).notAfter.getTime() - now.getTime() < days * 86_400_000;

/** The authority's certificate and its key, which must belong together. Throws ProofError `AUTHORITY_KEY`. */
export function openAuthority(authority: Identity): { certificate: ReadCertificate; key: KeyObject } {
  const certificate = readOnePem(authority.certificatePem);
  const key = createPrivateKey(authority.privateKeyPem);
  if (!certificate.x509.checkPrivateKey(key))
    throw new ProofError('AUTHORITY_KEY', 'the key is not that of the authority');
  return { certificate, key };
}

function issueLeaf(authority: Identity, naming: PersonalNaming, usage: number, more: Uint8Array[]): Identity {
  const { certificate: issuer, key } = openAuthority(authority);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const added = [
    extensions.basicConstraints(false),
    extensions.keyUsageOf(usage, 6),
    ...more,
    extensions.subjectKeyId(keys.publicKey),
    extensions.authorityKeyId(extensions.keyIdOf(issuer.publicKey)),
    ...(naming.crlUrl === undefined ? [] : [extensions.crlPointer(naming.crlUrl)]),
  ];
  // The subject of the root is its issuer name too, byte for byte.
  const by = { name: issuer.issuerDer, key };
  return issue(naming, naming.years ?? 10, by, nameOf(naming), keys, added, issuer.notAfter);
}

function issue(
  { now, random }: Naming,
  years: number,
  by: { name: Uint8Array; key: KeyObject },
  subject: Uint8Array,
  keys: { publicKey: KeyObject; privateKey: KeyObject },
  added: Uint8Array[],
  latest?: Date,
): Identity {
  const notBefore = new Date(Math.floor(now.getTime() / 1000) * 1000 - SKEW_MS);
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  const notAfter = latest && latest < end ? latest : end;
  if (notAfter <= now) throw new ProofError('AUTHORITY_EXPIRED', 'the authority is no longer valid');
  const algorithm = der.sequence(der.oid(ECDSA_SHA256));
  const body = der.sequence(
    der.context(0, der.integer(Uint8Array.of(2))),
    der.integer(serialNumber(random)),
    algorithm,
    by.name,
    der.sequence(der.time(notBefore), der.time(notAfter)),
    subject,
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    der.context(3, der.sequence(...added)),
  );
  const whole = der.sequence(body, algorithm, der.bitString(sign('sha256', body, by.key)));
  readCertificate(whole);
  const privateKeyPem = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  return { certificatePem: toPem(whole), privateKeyPem };
}

/** 16 random octets; the first is 0x40–0x7f, so that all certificates' serials have one length and are positive. */
function serialNumber(random: RandomSource): Uint8Array {
  const serial = Uint8Array.from(random(16));
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  return serial;
}

function nameOf({ commonName, organization, number }: Naming & Pick<PersonalNaming, 'number'>): Uint8Array {
  for (const part of [commonName, organization]) {
    if (part === '' || [...part].length > 64 || !part.isWellFormed() || /\p{Cc}/u.test(part)) {
      throw new ProofError('AUTHORITY_NAME', 'a name has 1 to 64 characters and no control characters');
    }
  }
  if (number !== undefined && !/^[A-Za-z0-9-]{1,64}$/.test(number))
    throw new ProofError('AUTHORITY_NAME', 'a number has 1 to 64 letters, digits and hyphens');
  const attribute = (id: string, tagByte: number, value: string) =>
    der.setOf(der.sequence(der.oid(id), der.tlv(tagByte, Buffer.from(value))));
  return der.sequence(
    attribute('2.5.4.6', der.tag.printableString, 'CN'),
    attribute('2.5.4.10', der.tag.utf8String, organization),
    attribute('2.5.4.3', der.tag.utf8String, commonName),
    ...(number === undefined ? [] : [attribute('2.5.4.5', der.tag.printableString, number)]),
  );
}
