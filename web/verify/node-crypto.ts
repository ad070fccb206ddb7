import { gcm } from '@noble/ciphers/aes.js';
import { Buffer } from './buffer.ts';
import { KeyObject } from './public-key.ts';

/**
 * What signing/ asks of node:crypto to verify, in a browser: the build puts this file in its place. Synchronous, as node:crypto is
 * (WebCrypto is not); test/web/node-crypto.test.ts holds both against the same signatures, certificates and ciphertexts.
 */

export { createHash, hash } from './hashes.ts';
export { KeyObject } from './public-key.ts';
export { X509Certificate } from './x509.ts';

/** A public key from DER or PEM. */
export function createPublicKey(key: string | { key: Uint8Array; format: 'der'; type: 'spki' }): KeyObject {
  const [, base64 = ''] = typeof key === 'string' ? (/^-+BEGIN PUBLIC KEY-+\n([^-]+)-/.exec(key) ?? []) : [];
  return new KeyObject(typeof key === 'string' ? Buffer.from(base64, 'base64') : key.key);
}

/** `algorithm` is the digest, null for Ed25519. */
export const verify = (algorithm: string | null, data: Uint8Array, key: KeyObject, signature: Uint8Array): boolean =>
  key.holds(algorithm, data, signature);

/** AES-256-GCM with a tag of 16 bytes. Nothing is given out before `final` has found the tag right. */
class Decipher {
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #parts: Uint8Array[] = [];
  #aad = new Uint8Array();
  #tag = new Uint8Array();

  constructor(key: Uint8Array, iv: Uint8Array) {
    this.#key = key;
    this.#iv = iv;
  }

  setAAD(bytes: Uint8Array): this {
    this.#aad = Uint8Array.from(bytes);
    return this;
  }

  setAuthTag(bytes: Uint8Array): this {
    this.#tag = Uint8Array.from(bytes);
    return this;
  }

  update(bytes: Uint8Array): Buffer {
    this.#parts.push(bytes);
    return Buffer.alloc(0);
  }

  final(): Buffer {
    if (this.#tag.length !== 16) throw new Error('a tag has 16 bytes');
    return Buffer.from(gcm(this.#key, this.#iv, this.#aad).decrypt(Buffer.concat([...this.#parts, this.#tag])));
  }
}

export function createDecipheriv(name: 'aes-256-gcm', key: Uint8Array, iv: Uint8Array, _: { authTagLength: 16 }) {
  if (name !== 'aes-256-gcm' || key.length !== 32) throw new Error('only AES-256-GCM');
  return new Decipher(key, iv);
}

/** What makes evidence and keys stands in the same files of signing/ and is never called on a page. */
// biome-ignore lint/suspicious/noExplicitAny: it stands for six functions of node:crypto, and never returns
function absent(..._: unknown[]): any {
  throw new Error('nothing is signed or encrypted here');
}

export {
  absent as createCipheriv,
  absent as createPrivateKey,
  absent as generateKeyPairSync,
  absent as hkdfSync,
  absent as randomBytes,
  absent as sign,
};
