import { createHash } from 'node:crypto';

/** Digests of record: SHA-256 always, SM3 (GB/T 32905) beside it where configured. Both are 32 bytes. */
const digestNames = ['sha256', 'sm3'] as const;
export type DigestName = (typeof digestNames)[number];

/** A digest that takes bytes as they come; `hex` may be called once. */
export interface StreamDigest {
  update(bytes: Uint8Array): void;
  /** 64 lower-case hexadecimal digits. */
  hex(): string;
}

/** Makes digests; given as an argument where bytes may be hashed in another thread. */
export type DigestFactory = (name: DigestName) => StreamDigest;

/** Digests of this process, by OpenSSL. */
export const nativeDigest: DigestFactory = (name) => {
  const hash = createHash(name);
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    hex: () => hash.digest('hex'),
  };
};

/** SHA-256 (FIPS 180-4), 32 bytes. */
export const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();
/** The same as 64 lower-case hexadecimal digits. */
export const sha256Hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Whether text is a digest as this service writes them: 64 lower-case hexadecimal digits. */
export const isDigestHex = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
