import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { extension, keyUsage, readCertificate, readOnePem, toPem } from './certificate.ts';
import * as der from './der.ts';
import type { RandomSource } from './entry-key.ts';
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

const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

/**
 * The root of the embedded authority: P-256, self-signed, may sign certificates and nothing else (RFC 5280 profile, random
 * 128-bit serial). What it issues makes system integrity signatures (系统完整性签名), not e-seals.
 */
export function createAuthority(naming: Naming): Identity {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = nameOf(naming);
  const usage = keyUsage.keyCertSign | keyUsage.cRLSign;
  const extensions = [
    basicConstraints(true),
    keyUsageOf(usage, 1),
    subjectKeyId(keys.publicKey),
    authorityKeyId(keyIdOf(keys.publicKey)),
  ];
  return issue(naming, naming.years ?? 30, { name, key: keys.privateKey }, name, keys, extensions);
}

/** The signer of this installation: digitalSignature and nonRepudiation, no CA; never outlives the authority. */
export function issueSystemSigner(authority: Identity, naming: Naming): Identity {
  const issuer = readOnePem(authority.certificatePem);
  const issuerKey = createPrivateKey(authority.privateKeyPem);
  if (!issuer.x509.checkPrivateKey(issuerKey))
    throw new ProofError('AUTHORITY_KEY', 'the key is not that of the authority');
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [
    basicConstraints(false),
    keyUsageOf(keyUsage.digitalSignature | keyUsage.nonRepudiation, 6),
    subjectKeyId(keys.publicKey),
    authorityKeyId(keyIdOf(issuer.publicKey)),
  ];
  // The subject of the root is its issuer name too, byte for byte.
  const by = { name: issuer.issuerDer, key: issuerKey };
  return issue(naming, naming.years ?? 10, by, nameOf(naming), keys, extensions, issuer.notAfter);
}

function issue(
  { now, random }: Naming,
  years: number,
  by: { name: Uint8Array; key: KeyObject },
  subject: Uint8Array,
  keys: { publicKey: KeyObject; privateKey: KeyObject },
  extensions: Uint8Array[],
  latest?: Date,
): Identity {
  const notBefore = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const end = new Date(notBefore);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  const notAfter = latest && latest < end ? latest : end;
  if (notAfter <= notBefore) throw new ProofError('AUTHORITY_EXPIRED', 'the authority is no longer valid');
  const algorithm = der.sequence(der.oid(ECDSA_SHA256));
  const body = der.sequence(
    der.context(0, der.integer(Uint8Array.of(2))),
    der.integer(serialNumber(random)),
    algorithm,
    by.name,
    der.sequence(der.time(notBefore), der.time(notAfter)),
    subject,
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    der.context(3, der.sequence(...extensions)),
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

function nameOf({ commonName, organization }: Naming): Uint8Array {
  for (const part of [commonName, organization]) {
    if (part === '' || [...part].length > 64 || !part.isWellFormed() || /\p{Cc}/u.test(part)) {
      throw new ProofError('AUTHORITY_NAME', 'a name has 1 to 64 characters and no control characters');
    }
  }
  const attribute = (id: string, tagByte: number, value: string) =>
    der.setOf(der.sequence(der.oid(id), der.tlv(tagByte, Buffer.from(value))));
  return der.sequence(
    attribute('2.5.4.6', der.tag.printableString, 'CN'),
    attribute('2.5.4.10', der.tag.utf8String, organization),
    attribute('2.5.4.3', der.tag.utf8String, commonName),
  );
}

const TRUE = der.tlv(der.tag.boolean, Uint8Array.of(0xff));

const extensionOf = (id: string, value: Uint8Array, critical = false) =>
  der.sequence(der.oid(id), ...(critical ? [TRUE] : []), der.octetString(value));

const basicConstraints = (ca: boolean) =>
  extensionOf(
    extension.basicConstraints,
    ca ? der.sequence(TRUE, der.integer(Uint8Array.of(0))) : der.sequence(),
    true,
  );

const keyUsageOf = (bits: number, unused: number) =>
  extensionOf(extension.keyUsage, der.tlv(der.tag.bitString, Uint8Array.of(unused, bits)), true);

const subjectKeyId = (key: KeyObject) => extensionOf(extension.subjectKeyIdentifier, der.octetString(keyIdOf(key)));

const authorityKeyId = (id: Uint8Array) =>
  extensionOf(extension.authorityKeyIdentifier, der.sequence(der.tlv(0x80, id)));

/** RFC 7093 section 2, method 1: the leftmost 160 bits of SHA-256 of the key's bits. */
function keyIdOf(key: KeyObject): Uint8Array {
  const spki = createPublicKey(key.export({ format: 'pem', type: 'spki' })).export({ format: 'der', type: 'spki' });
  return createHash('sha256')
    .update(spki.subarray(spki.length - 65))
    .digest()
    .subarray(0, 20);
}
