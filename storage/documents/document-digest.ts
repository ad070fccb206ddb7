import { createHash } from 'node:crypto';
import type { Document } from './document-store.ts';

/** The digest that a stored document carries: of all that it consists of, so that a change to any of it is a fault. */
export function digestOf(
  kind: string,
  { id, chain, version }: Pick<Document, 'id' | 'chain' | 'version'>,
  body: string | Uint8Array,
): Buffer {
  return createHash('sha256')
    .update(`${JSON.stringify([kind, id, chain, version])}\n`)
    .update(body)
    .digest();
}
