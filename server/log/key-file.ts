import { canonicalBytes, parseCanonical } from '../../signing/canonical.ts';
import { ProofError } from '../../signing/proof-error.ts';
import { fieldsOf, isText } from '../../signing/shape.ts';
import type { Document, JsonObject } from '../../storage/documents/document-store.ts';

/** Wrapped keys as they rest outside the database (docs/formats/keys.md): the bodies of their documents by id. */
export interface KeyFile {
  /** Id of the master key that they are wrapped under. */
  master: string;
  keys: ReadonlyMap<string, JsonObject>;
}

/** Canonical JSON (RFC 8785): equal keys are equal bytes. */
export function encodeKeyFile(master: string, documents: readonly Document[]): Uint8Array {
  return canonicalBytes({ v: 1, master, keys: Object.fromEntries(documents.map(({ id, body }) => [id, body])) });
}

/** Reads what `encodeKeyFile` wrote. Throws ProofError `KEY_FILE` or `CANONICAL_BYTES`. */
export function readKeyFile(bytes: Uint8Array): KeyFile {
  const { v, master, keys } = fieldsOf(parseCanonical(bytes), ['v', 'master', 'keys'], [], 'KEY_FILE', 'key file');
  if (v !== 1 || !isText(master)) throw new ProofError('KEY_FILE', 'not a key file of this version');
  if (keys === null || typeof keys !== 'object' || Array.isArray(keys)) throw new ProofError('KEY_FILE', 'no keys');
  for (const [id, body] of Object.entries(keys)) {
    if (!isText((body as { wrapped?: unknown } | null)?.wrapped))
      throw new ProofError('KEY_FILE', `${id}: no wrapped key`);
  }
  return { master, keys: new Map(Object.entries(keys as Record<string, JsonObject>)) };
}
