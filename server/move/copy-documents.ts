import type { Document, DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import { PLACE_BOUND } from './place.ts';
import { MoveRefused } from './refused.ts';

const BATCH = 200;

/** Copies every document, views and working state; what the target had of them goes. Throws MoveRefused on one that is damaged. */
export async function copyDocuments(
  from: DocumentStore,
  to: DocumentStore,
  kinds: readonly KindSpec[],
  progress: (documents: number) => void,
): Promise<void> {
  for (const { kind } of kinds.filter(({ kind }) => !(PLACE_BOUND as readonly string[]).includes(kind))) {
    for await (const { id, fault } of from.faults(kind))
      throw new MoveRefused(`document ${kind} ${id} is damaged: ${fault}`);
    await to.deleteKind(kind);
    let batch: Document[] = [];
    const flush = async () => {
      await to.save(batch);
      progress(batch.length);
      batch = [];
    };
    for await (const document of from.all(kind)) {
      if (batch.push(document) === BATCH) await flush();
    }
    await flush();
  }
}
