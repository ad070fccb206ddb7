import type { Document } from './document-store.ts';

const ID_UNITS = 512;

/** Throws a TypeError on a document that would not come back as it was. */
export function checkDocument({ kind, id, chain, version, body }: Document): void {
  for (const name of [kind, id, chain]) {
    if (name === '' || name.length > ID_UNITS || name.includes('\0') || !name.isWellFormed()) {
      throw new TypeError('kind, id and chain of a document are 1 to 512 characters of well-formed text without NUL');
    }
  }
  if (!Number.isSafeInteger(version) || version < 0) throw new TypeError('the version of a document is a whole number');
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new TypeError('the body of a document is a JSON object');
  }
}
