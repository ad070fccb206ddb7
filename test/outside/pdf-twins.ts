import { createHash } from 'node:crypto';
import type { Twins } from './claims.ts';
import { flipped, impostor, replaced } from './twins.ts';

/** A signed PDF, and the root that it is asked about under (PEM). */
export interface SignedPdf {
  pdf: Uint8Array;
  root: Uint8Array | string;
}

/** What a ByteRange leaves out: the CMS in hexadecimal between angle brackets (ISO 32000-2 section 12.8.1). */
function parts({ pdf }: SignedPdf): { signed: Buffer; from: number; to: number; hex: string } {
  const text = Buffer.from(pdf).toString('latin1');
  const [, first = '', second = ''] = /\/ByteRange ?\[ ?0 (\d+) (\d+) \d+ ?\]/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(second)];
  const signed = Buffer.concat([pdf.subarray(0, from), pdf.subarray(to)]);
  return { signed, from, to, hex: text.slice(from + 1, to - 1) };
}

const withHex = (signed: SignedPdf, from: string, to: string): SignedPdf => ({
  ...signed,
  pdf: replaced(signed.pdf, from, to),
});

/** The value of an ECDSA signature in a CMS stands behind the algorithm (RFC 5753), as an OCTET STRING. */
const VALUE = /06082a8648ce3d04030204[0-9a-f]{2}([0-9a-f]{40})/i;
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** One bit of what stands in the middle of the first range. */
const changed = (signed: SignedPdf) => flipped(signed.pdf, parts(signed).from >> 1);

export const pdfTwins: Twins<SignedPdf> = {
  'a bit of the pages': (signed) => ({ ...signed, pdf: changed(signed) }),
  "a bit of the signature's value": (signed) => {
    const value = VALUE.exec(parts(signed).hex)?.[1] ?? '';
    return withHex(signed, value, flipped(Buffer.from(value, 'hex')).toString('hex').toUpperCase());
  },
  'other pages and their digest': (signed) => {
    const other = { ...signed, pdf: changed(signed) };
    const found = new RegExp(digest(parts(signed).signed), 'i').exec(parts(signed).hex)?.[0] ?? '';
    return withHex(other, found, digest(parts(other).signed).toUpperCase());
  },
  'the revision before the signature': (signed) => ({
    ...signed,
    pdf: signed.pdf.subarray(0, Buffer.from(signed.pdf).indexOf('%%EOF') + 6),
  }),
  'under the root of another authority': ({ pdf }) => ({ pdf, root: impostor.certificatePem }),
};

/** Bytes that nobody signed stand behind those that were. */
export const longer: Twins<SignedPdf> = {
  'bytes after the signed ones': (signed) => ({ ...signed, pdf: Buffer.concat([signed.pdf, Buffer.from('% more\n')]) }),
};

export const archivalTwins: Twins<SignedPdf> = {
  'no identification in the metadata': (signed) => withHex(signed, 'pdfaid:part', 'pdfaix:part'),
  'the font is not embedded': (signed) => withHex(signed, '/FontFile3', '/FontFileX'),
};
