import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { personalSignatureKey } from '../../storage/objects/layout.ts';
import type { ExportState } from '../archive/events.ts';
import type { GrantState } from '../retrieval/grant-events.ts';
import type { PersonalSignature } from './signature.ts';

/** Where a view's personal signatures are; those of a record are among its evidence (seal/record-evidence.ts). */
const places: Record<string, (body: unknown) => readonly (PersonalSignature | undefined)[]> = {
  grant: (body) => [(body as GrantState).answered?.signature],
  export: (body) => [(body as ExportState).signature],
};

/** Every personal signature under what is no record, with its object's key and size. */
export async function* personalSignatures(
  documents: DocumentStore,
): AsyncGenerator<{ where: string; key: string; size: number }> {
  for (const [kind, within] of Object.entries(places)) {
    for await (const { id, body, chain } of documents.all(kind)) {
      for (const found of within(body)) {
        if (!found) continue;
        const { sha256, size } = found.signature;
        yield { where: `${kind} ${id}`, key: personalSignatureKey(chain, sha256), size };
      }
    }
  }
}
