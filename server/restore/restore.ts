import type { Entry } from '../../signing/chain.ts';
import type { Checkpoint } from '../../signing/checkpoint.ts';
import type { DocumentStore } from '../../storage/documents/document-store.ts';
import type { LedgerStore } from '../../storage/ledger/ledger-store.ts';
import { kinds } from '../kinds.ts';
import { disposes } from '../ledger/cipher.ts';
import { type Finding, fault } from '../ledger/finding.ts';
import type { HeadStore } from '../ledger/heads.ts';
import { KeyDestroyed, KeyRing } from '../ledger/keys.ts';
import { refold } from '../ledger/refold.ts';
import { Streams } from '../ledger/streams.ts';
import { settleAt } from '../ledger/views.ts';
import { KeptKeys } from '../log/kept-keys.ts';
import { restoreEntries } from './entries.ts';
import type { RestoredInstallation } from './installation.ts';
import { compareObjects } from './objects.ts';
import type { ObjectStores } from './read-log.ts';
import { restoreKeys } from './stream-keys.ts';

export interface Restoring {
  installation: RestoredInstallation;
  stores: ObjectStores;
  /** Empty ones, or what a restore from the same stores that was cut short has left. */
  ledgerStore: LedgerStore;
  documents: DocumentStore;
  /** Those that are left beside the lost database, or none; written anew. */
  heads: HeadStore;
  random: (size: number) => Uint8Array;
  tell: (finding: Finding) => void;
  /** Is told of each entry thrice: when it is read, folded, and looked through for claims. */
  progress: (entries: number) => void;
}

/**
 * Makes the database of an installation from its object stores alone, which also get the key files right where a disposal was not in them
 * yet. What is missing is told, the rest is restored. Resolves to the number of entries of each chain. Throws
 * LedgerDiffers.
 */
export async function restore(
  on: Restoring,
  checkpoints: ReadonlyMap<string, Checkpoint>,
): Promise<Map<string, number>> {
  const { ledgerStore, documents, stores, installation, random, tell } = on;
  const keys = new KeyRing(documents, installation.master, random);
  const kept = new KeptKeys({ ledgerStore, documents, work: stores.work, master: installation.master.id });
  keys.onDestroy = (chain, stream, destroy) => kept.forget(chain, stream, destroy);
  await documents.save(installation.documents);
  const sizes = new Map<string, number>();
  for (const [chain, checkpoint] of checkpoints) {
    for await (const finding of restoreKeys(
      { ...stores, documents, master: installation.master },
      chain,
      checkpoint.size,
    ))
      tell(finding);
    const disposed: Entry[] = [];
    const seen = (entry: Entry) => {
      if (isDisposal(entry)) disposed.push(entry);
    };
    const { logKey } = installation;
    const size = await restoreEntries({ ...on, keys, logKey, seen }, chain, checkpoint);
    for (const entry of disposed) await destroyAgain(on, keys, entry);
    sizes.set(chain, size);
  }
  await fold(on, new Streams(ledgerStore, documents, keys, kinds));
  for (const [chain, size] of sizes) await settleAt(documents, chain, size);
  for await (const { id } of documents.all('agency')) {
    if (!sizes.has(id)) tell(fault(`agency ${id}`, 'nothing of its log is in the stores'));
  }
  for await (const finding of compareObjects(documents, stores)) tell(finding);
  return sizes;
}

const isDisposal = (entry: Entry) => {
  const found = kinds.ofStream(entry.stream);
  return found !== undefined && disposes(found.kind, entry);
};

/** A key that was destroyed and came back with an older key file. */
async function destroyAgain({ documents, tell }: Restoring, keys: KeyRing, { chain, stream }: Entry): Promise<void> {
  if (!(await documents.get('wrapped-key', `${chain}/${stream}`))) return;
  await keys.destroyStreamKey(chain, stream);
  tell({
    grade: 'note',
    where: `stream ${stream}`,
    what: 'its key file still had its key, which a disposal destroyed',
  });
}

/** Views and claims, of every stream whose key is there. */
async function fold({ ledgerStore, documents, tell, progress }: Restoring, ledger: Streams): Promise<void> {
  const told = new Set<string>();
  const failed = (chain: string, stream: string, error: unknown) => {
    if (told.has(`${chain}/${stream}`)) return;
    told.add(`${chain}/${stream}`);
    const missing = error instanceof KeyDestroyed;
    const what = missing ? 'its key is missing: it cannot be read' : (error as Error).message;
    tell(fault(`stream ${stream} of ${chain}`, what));
  };
  let passed = 0;
  const step = (done: number) => {
    progress(done - passed);
    passed = done;
  };
  await refold(ledgerStore, documents, ledger, kinds.all, step, failed);
  for (const chain of await ledgerStore.chains()) {
    const blind = () => documents.get('wrapped-key', `${chain}#blind`);
    const had = await blind();
    await ledgerStore.replaceClaims(chain, await ledger.claims.ofChain(kinds, chain, failed));
    if (!had && (await blind()))
      tell(
        fault(
          `key of the blind index of ${chain}`,
          'it is missing; a new one is made, and repeated requests are not known again',
        ),
      );
    progress((await ledgerStore.head(chain)).size);
  }
}
