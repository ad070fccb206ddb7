import type { DocumentStore } from '../../storage/documents/document-store.ts';
import { packageKey } from '../../storage/objects/layout.ts';
import { ObjectMissing, type ObjectStore } from '../../storage/objects/object-store.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import { objectDigest } from '../seal/object-digest.ts';
import type { ExportState } from './events.ts';

/** Every package that can be fetched against the size and digest that its entry tells. */
export async function* checkPackages(documents: DocumentStore, work: ObjectStore): AsyncGenerator<Finding> {
  for await (const { body, chain, id } of documents.all('export')) {
    const { state, package: packed } = body as unknown as ExportState;
    if (state !== 'ready' || !packed) continue;
    const key = packageKey(chain, id);
    const found = await digestOf(work, key);
    const what = found === undefined ? 'is missing' : found === packed.sha256 ? undefined : 'has another digest';
    if (what) yield fault(`export ${id}`, `its package ${what}: object ${key}`);
  }
}

async function digestOf(work: ObjectStore, key: string): Promise<string | undefined> {
  try {
    return await objectDigest(work, key);
  } catch (error) {
    if (error instanceof ObjectMissing) return undefined;
    throw error;
  }
}
