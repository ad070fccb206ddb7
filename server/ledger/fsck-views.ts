import { canonicalBytes } from '../../signing/canonical.ts';
import { decodeEntry, entryKey, keyCommitment } from '../../signing/chain.ts';
import type { Document, DocumentStore } from '../../storage/documents/document-store.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { type Finding, fault } from './finding.ts';
import type { KeyRing } from './keys.ts';
import { documentId } from './kind.ts';
import type { Streams } from './streams.ts';

interface On {
  store: LedgerStore;
  documents: DocumentStore;
  ledger: Streams;
}

/** The seq before which every view is known to be saved; what is behind it may be on its way still. */
export async function savedUpTo(documents: DocumentStore, chain: string): Promise<number> {
  const position = await documents.get('view-position', chain).catch(() => undefined);
  const seq = (position?.body as { seq?: unknown } | undefined)?.seq;
  return typeof seq === 'number' ? seq : 0;
}

/** A stream against its view, and its keys against what the entries commit to. */
export async function* checkStream(
  on: On,
  keys: KeyRing,
  chain: string,
  stream: string,
  version: number,
  saved: number,
): AsyncGenerator<Finding> {
  const found = on.ledger.kinds.ofStream(stream);
  if (!found) {
    yield fault(`stream ${stream}`, 'this program does not know its kind');
    return;
  }
  const { kind, id } = found;
  const where = `${kind.name} ${id}`;
  try {
    const view = await on.documents.get(kind.name, documentId(kind, chain, id));
    const entries = await on.store.stream(chain, stream, 1, version);
    yield* checkKeys(keys, entries, chain, where);
    const upTo = view?.version ?? 0;
    const folded = await on.ledger.foldOn(
      kind,
      chain,
      id,
      { state: undefined, version: 0 },
      upTo > 0 ? entries.slice(0, upTo) : entries,
    );
    const behind = entries[upTo];
    if (upTo > version) yield fault(where, `its view has version ${upTo}, the ledger has ${version}`);
    else if (view && !sameJson(view, chain, folded.state))
      yield fault(where, 'its view is not the fold of its entries');
    else if (behind) {
      const what = view ? `its view has version ${upTo} of ${version}` : 'its view is missing';
      if (behind.seq < saved) yield fault(where, what);
      else yield { grade: 'note', where, what: `${what}; the next start brings it up` };
    }
  } catch (error) {
    yield fault(where, `it cannot be read: ${(error as Error).message}`);
  }
}

async function* checkKeys(
  keys: KeyRing,
  entries: readonly StoredEntry[],
  chain: string,
  where: string,
): AsyncGenerator<Finding> {
  const stream = entries[0]?.stream;
  const key = stream && (await keys.streamKey(chain, stream).catch(() => undefined));
  if (!key) return;
  for (const { bytes, version } of entries) {
    if (decodeEntry(bytes).key !== keyCommitment(entryKey(key, version)))
      yield fault(where, `version ${version} commits to another key`);
  }
}

function sameJson(view: Document, chain: string, folded: unknown): boolean {
  const plain = (value: unknown) => Buffer.from(canonicalBytes(JSON.parse(JSON.stringify(value))));
  return view.chain === chain && plain(view.body).equals(plain(folded));
}

/** Views of streams that the ledger does not have. */
export async function* checkStrayViews({ store, documents, ledger }: On): AsyncGenerator<Finding> {
  for (const kind of ledger.kinds.all) {
    for await (const { id, chain } of documents.all(kind.name)) {
      const own = kind.perChain ? id.slice(chain.length + 1) : id;
      const stream = `${kind.name}/${own}`;
      const versions = await store.streamVersions(chain, [stream]);
      if (!versions.get(stream)) yield fault(`${kind.name} ${own}`, 'there is a view of it and no entry');
    }
  }
}
