import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { extension, TIME_STAMPING } from './certificate.ts';
import * as der from './der.ts';

/** Extensions of the certificates that the embedded authority issues (RFC 5280 section 4.2), DER. */

const TRUE = der.tlv(der.tag.boolean, Uint8Array.of(0xff));

/** One extension; `value` is the DER of its own type. */
export const extensionOf = (id: string, value: Uint8Array, critical = false) =>
  der.sequence(der.oid(id), ...(critical ? [TRUE] : []), der.octetString(value));

/** A CA here has no CA below it (pathLenConstraint 0). */
export const basicConstraints = (ca: boolean) =>
  extensionOf(
    extension.basicConstraints,
    ca ? der.sequence(TRUE, der.integer(Uint8Array.of(0))) : der.sequence(),
    true,
  );

/** `bits`: the first octet; `unused`: how many of its low bits are none (X.690 section 8.6.2.2). */
export const keyUsageOf = (bits: number, unused: number) =>
  extensionOf(extension.keyUsage, der.tlv(der.tag.bitString, Uint8Array.of(unused, bits)), true);

/** Its own key, by keyIdOf(). */
export const subjectKeyId = (key: KeyObject) =>
  extensionOf(extension.subjectKeyIdentifier, der.octetString(keyIdOf(key)));

/** `id`: the subject key identifier of the issuer. */
export const authorityKeyId = (id: Uint8Array) =>
  extensionOf(extension.authorityKeyIdentifier, der.sequence(der.tlv(0x80, id)));

/** RFC 7093 section 2, method 1: the leftmost 160 bits of SHA-256 of the key's bits. */
export function keyIdOf(key: KeyObject): Uint8Array {
  const spki = createPublicKey(key.export({ format: 'pem', type: 'spki' })).export({ format: 'der', type: 'spki' });
  return createHash('sha256')
    .update(spki.subarray(spki.length - 65))
    .digest()
    .subarray(0, 20);
}

/** RFC 3161 section 2.3: critical, and timeStamping alone. */
export const timeStampingOnly = (): Uint8Array =>
  extensionOf(extension.extendedKeyUsage, der.sequence(der.oid(TIME_STAMPING)), true);

/** RFC 9336: documents that people read. */
export const documentSigning = (): Uint8Array =>
  extensionOf(extension.extendedKeyUsage, der.sequence(der.oid('1.3.6.1.5.5.7.3.36')));

/** Where the issuer's revocation list is: one name, a URI. */
export const crlPointer = (uri: string): Uint8Array => {
  const name = der.context(0, der.context(0, der.tlv(0x86, Buffer.from(uri, 'ascii'))));
  return extensionOf(extension.cRLDistributionPoints, der.sequence(der.sequence(name)));
};
