import { createPrivateKey, type KeyObject } from 'node:crypto';
import forge from 'node-forge';
import type { Identity } from './authority.ts';
import { type ReadCertificate, readCertificate } from './certificate.ts';
import { ProofError } from './proof-error.ts';

/** A signer from outside: its identity, and the certificates of its issuers as far as the file holds them, nearest first. */
export interface Pkcs12Identity extends Identity {
  chainPems: string[];
}

const PKCS12_LIMIT = 1_048_576;

/**
 * Opens a PKCS#12 file (RFC 7292), modern (AES, SHA-256) or legacy (3DES, RC2), with a P-256 or RSA key. node-forge only
 * opens it; what comes out is read again by OpenSSL. Throws ProofError `PKCS12_PASSWORD`, `PKCS12_MALFORMED`, `PKCS12_NO_KEY`
 * or `PKCS12_NO_CERTIFICATE`.
 */
export function openPkcs12(der: Uint8Array, password: string): Pkcs12Identity {
  if (der.length > PKCS12_LIMIT) throw new ProofError('PKCS12_MALFORMED', `larger than ${PKCS12_LIMIT} bytes`);
  const bags = bagsOf(der, password);
  const keys = bags.flatMap(privateKeyOf);
  const [key] = keys;
  if (!key || keys.length > 1) throw new ProofError('PKCS12_NO_KEY', `expected one private key, found ${keys.length}`);
  const certificates = bags.flatMap(certificateOf);
  const own = certificates.find(({ x509 }) => x509.checkPrivateKey(key));
  if (!own) throw new ProofError('PKCS12_NO_CERTIFICATE', 'the file has no certificate of its key');
  const privateKeyPem = key.export({ format: 'pem', type: 'pkcs8' }) as string;
  return { certificatePem: own.pem, privateKeyPem, chainPems: issuersOf(own, certificates).map(({ pem }) => pem) };
}

function bagsOf(der: Uint8Array, password: string): forge.pkcs12.Bag[] {
  let asn1: forge.asn1.Asn1;
  try {
    asn1 = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(der).toString('binary')), true);
  } catch (cause) {
    throw new ProofError('PKCS12_MALFORMED', 'not a PKCS#12 file', { cause });
  }
  try {
    return openBags(asn1, password);
  } catch (cause) {
    if (cause instanceof ProofError) throw cause;
    throw new ProofError('PKCS12_MALFORMED', `the PKCS#12 file cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function openBags(asn1: forge.asn1.Asn1, password: string): forge.pkcs12.Bag[] {
  const open = (words: string) =>
    forge.pkcs12.pkcs12FromAsn1(asn1, false, words).safeContents.flatMap(({ safeBags }) => safeBags);
  try {
    return open(password);
  } catch (error) {
    if (/MAC/.test((error as Error).message)) wrongPassword();
    // Decrypted with the other form of the password, one file in 256 has a padding that seems right, and then any fault may follow.
    const oneForm = /^[\x00-\x7f]*$/.test(password);
    if (oneForm && !/password|decrypt/i.test((error as Error).message)) throw error;
  }
  // The MAC (over UTF-16) holds, or there is none; PBES2 takes the password as UTF-8, which forge wants as one character a byte.
  const parts = asn1.value as forge.asn1.Asn1[];
  parts.splice(2);
  try {
    return open(forge.util.encodeUtf8(password));
  } catch {
    return wrongPassword();
  }
}

function wrongPassword(): never {
  throw new ProofError('PKCS12_PASSWORD', 'the password does not open the PKCS#12 file');
}

function privateKeyOf(bag: forge.pkcs12.Bag): KeyObject[] {
  const { keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids;
  if (bag.type !== keyBag && bag.type !== pkcs8ShroudedKeyBag) return [];
  const info = bag.key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(bag.key)) : bag.asn1;
  return [createPrivateKey({ key: bytesOf(info), format: 'der', type: 'pkcs8' })];
}

function certificateOf(bag: forge.pkcs12.Bag): ReadCertificate[] {
  if (bag.type !== forge.pki.oids.certBag) return [];
  return [readCertificate(bytesOf(bag.cert ? forge.pki.certificateToAsn1(bag.cert) : bag.asn1))];
}

const bytesOf = (asn1: forge.asn1.Asn1) => Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'binary');

function issuersOf(own: ReadCertificate, all: readonly ReadCertificate[]): ReadCertificate[] {
  const path: ReadCertificate[] = [];
  for (let at = own; !at.selfIssued; ) {
    const below = at;
    const issuer = all.find(
      (c) => c !== own && !path.includes(c) && below.x509.checkIssued(c.x509) && below.x509.verify(c.publicKey),
    );
    if (!issuer) break;
    path.push(issuer);
    at = issuer;
  }
  return path;
}
