/** UTF-8 where it is that, else GB 18030, which old cameras write (GBK is a part of it). */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

/** A name as it is shown and told: without control characters, lone surrogates and marks that turn the direction of writing. */
export const cleanName = (bytes: Uint8Array): string =>
  decodeText(bytes)
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '�');
