import { ObjectIdentifier } from 'asn1js';

/** DER (ITU-T X.690) from parts: definite shortest lengths, sets sorted. Reading is asn1js's and pkijs's work. */

/** Universal tags as the one byte that they take, constructed where DER has them so. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: tag, length, and its contents one after another. */
export function tlv(tagByte: number, ...contents: Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.of(tagByte), lengthOf(length), ...contents]);
}

/** A SEQUENCE of elements that are DER already. */
export const sequence = (...items: Uint8Array[]): Uint8Array => tlv(tag.sequence, ...items);

/** X.690 section 11.6: the encodings of a SET OF are in ascending order. */
export const setOf = (...items: Uint8Array[]): Uint8Array => tlv(tag.set, ...items.toSorted(Buffer.compare));

/** Context tag, constructed. */
export const context = (number: number, ...contents: Uint8Array[]): Uint8Array => tlv(0xa0 | number, ...contents);

/** From the dotted form. */
export const oid = (dotted: string): Uint8Array => new Uint8Array(new ObjectIdentifier({ value: dotted }).toBER());

/** A non-negative integer from its big-endian bytes. */
export function integer(magnitude: Uint8Array): Uint8Array {
  const first = magnitude.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Uint8Array.of(0) : magnitude.subarray(first);
  return tlv(tag.integer, (digits[0] ?? 0) & 0x80 ? Buffer.concat([Uint8Array.of(0), digits]) : digits);
}

/** An OCTET STRING of these bytes. */
export const octetString = (bytes: Uint8Array): Uint8Array => tlv(tag.octetString, bytes);

/** Whole octets: no unused bits. */
export const bitString = (bytes: Uint8Array): Uint8Array => tlv(tag.bitString, Uint8Array.of(0), bytes);

/** RFC 5280 section 4.1.2.5 and RFC 5652 section 11.3: UTCTime through 2049, GeneralizedTime after; whole seconds, UTC. */
export function time(at: Date): Uint8Array {
  const digits = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '');
  const short = at.getUTCFullYear() >= 1950 && at.getUTCFullYear() < 2050;
  return short ? tlv(tag.utcTime, Buffer.from(digits.slice(2))) : tlv(tag.generalizedTime, Buffer.from(digits));
}

/** RFC 3161 section 2.4.2: GeneralizedTime in UTC, a fraction of a second only where there is one, without trailing zeros. */
export function preciseTime(at: Date): Uint8Array {
  const [whole = '', fraction = ''] = at.toISOString().slice(0, -1).split('.');
  const part = fraction.replace(/0+$/, '');
  return tlv(tag.generalizedTime, Buffer.from(`${whole.replace(/[-:T]/g, '')}${part && `.${part}`}Z`));
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Uint8Array.of(0x80 | digits.length, ...digits);
}
