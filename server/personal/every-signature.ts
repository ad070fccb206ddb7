import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { personalSignatureKey } from '../../storage/objects/layout.ts';
import type { ExportState } from '../archive/events.ts';
import type { RecordState } from '../records/events.ts';
import type { GrantState } from '../retrieval/grant-events.ts';
import type { PersonalSignature } from './signature.ts';

/** Where a view's personal signatures are. */
const places: Record<string, (body: unknown) => readonly (PersonalSignature | undefined)[]> = {
  record: (body) => (body as RecordState).confirmations ?? [],
  grant: (body) => [(body as GrantState).answered?.signature],
  export: (body) => [(body as ExportState).signature],
};

/** Every personal signature that an entry names, with its object's key and size. */
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
