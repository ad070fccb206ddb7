import { canonicalBytes } from '../../signing/canonical.ts';
import { decodeEntry, type Entry, entryKey, GENESIS_PREV, keyCommitment, leafHash } from '../../signing/chain.ts';
import { CompactRange } from '../../signing/merkle.ts';
import type { Document, DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { openHead } from './heads.ts';
import type { KeyRing } from './keys.ts';
import { documentId } from './kind.ts';
import type { Ledger } from './ledger.ts';
import { claimsFromLedger, pages } from './views.ts';

/** Something that is not as it must be; `where` names the entry, record, object digest or document it concerns. */
export interface Finding {
  /** A note is no damage: what a crash left and the next start finishes. */
  grade: 'fault' | 'note';
  where: string;
  what: string;
}

export interface Checked {
  store: LedgerStore;
  documents: DocumentStore;
  ledger: Ledger;
  /** Undefined when the master key is not the right one: what needs it is not checked then. */
  keys: KeyRing | undefined;
  /** Signed heads, read before the snapshot of the database was opened. */
  heads: ReadonlyMap<string, string>;
  /** The key that they stand under, when it can be opened. */
  verifier: string | undefined;
}

type Progress = (entries: number) => void;

/** Checks every chain and every view of it, reading only. */
export async function* checkLedger(on: Checked, progress: Progress = () => {}): AsyncGenerator<Finding> {
  const chains = new Set([...(await on.store.chains()), ...on.heads.keys()]);
  for (const chain of chains) {
    const streams = new Map<string, number>();
    yield* checkChain(on, chain, streams, progress);
    if (!on.keys) continue;
    const saved = await savedUpTo(on.documents, chain);
    for (const [stream, version] of streams) yield* checkStream(on, on.keys, chain, stream, version, saved);
    yield* checkClaims(on, chain);
  }
  yield* checkStrayViews(on);
}

async function* checkChain(
  { store, heads, verifier }: Checked,
  chain: string,
  streams: Map<string, number>,
  progress: Progress,
): AsyncGenerator<Finding> {
  const tree = new CompactRange();
  const head = readHead(heads.get(chain), verifier, chain);
  if ('fault' in head) yield fault(`head ${chain}`, head.fault);
  const signed = 'size' in head ? head : undefined;
  let prev = GENESIS_PREV;
  let seq = 0;
  let time = '';
  for await (const entries of pages(store, chain, 0)) {
    for (const stored of entries) {
      const where = `entry ${chain}#${stored.seq}`;
      const hash = leafHash(stored.bytes);
      if (stored.seq !== seq) yield fault(where, `entry ${seq} is missing before it`);
      for (const what of columnFaults(stored, hash)) yield fault(where, what);
      const entry = tryDecode(stored.bytes);
      if (entry instanceof Error) yield fault(where, `its bytes are not an entry: ${entry.message}`);
      else {
        if (entry.prev !== prev) yield fault(where, 'it does not follow the entry before it');
        if (entry.time < time) yield fault(where, 'its time is before that of the entry before it');
        time = entry.time;
      }
      const version = (streams.get(stored.stream) ?? 0) + 1;
      if (stored.version !== version)
        yield fault(where, `${stored.stream} has version ${stored.version} after ${version - 1}`);
      streams.set(stored.stream, stored.version);
      prev = Buffer.from(hash).toString('hex');
      seq = stored.seq + 1;
      if (tree.size < (signed?.size ?? 0) || !signed) tree.append(hash);
    }
    progress(entries.length);
  }
  if (!signed) return;
  if (seq < signed.size)
    yield fault(
      `head ${chain}`,
      `the ledger has ${seq} entries, its signed head has ${signed.size}: its tail is cut off`,
    );
  else if (Buffer.compare(tree.root(), signed.root) !== 0)
    yield fault(`head ${chain}`, `the first ${signed.size} entries are not those of the signed head`);
}

function readHead(note: string | undefined, verifier: string | undefined, chain: string) {
  if (note === undefined) return { fault: 'the signed head is missing' };
  if (verifier === undefined) return { fault: 'the signed head cannot be checked without its key' };
  try {
    return openHead(note, verifier, chain);
  } catch (error) {
    return { fault: `the signed head cannot be trusted: ${(error as Error).message}` };
  }
}

function* columnFaults(stored: StoredEntry, hash: Uint8Array): Generator<string> {
  if (Buffer.compare(hash, stored.hash) !== 0) yield 'its bytes do not have the hash that is stored beside them';
  const entry = tryDecode(stored.bytes);
  if (entry instanceof Error) return;
  for (const column of ['chain', 'seq', 'stream', 'version'] as const) {
    if (entry[column] !== stored[column]) yield `the column ${column} is not what its bytes say`;
  }
}

function tryDecode(bytes: Uint8Array): Entry | Error {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    return error as Error;
  }
}

/** The seq before which every view is known to be saved; what is behind it may be on its way still. */
async function savedUpTo(documents: DocumentStore, chain: string): Promise<number> {
  const position = await documents.get('view-position', chain).catch(() => undefined);
  const seq = (position?.body as { seq?: unknown } | undefined)?.seq;
  return typeof seq === 'number' ? seq : 0;
}

/** A stream against its view, and its keys against what the entries commit to. */
async function* checkStream(
  on: Checked,
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

async function* checkClaims({ store, ledger }: Checked, chain: string): AsyncGenerator<Finding> {
  try {
    const right = new Map((await claimsFromLedger(store, ledger, chain)).map(({ claim, seq }) => [claim, seq]));
    for await (const { claim, seq } of store.claims(chain)) {
      if (right.get(claim) !== seq) yield fault(`claim ${claim}`, `no entry holds it as entry ${seq} should`);
      right.delete(claim);
    }
    for (const [claim, seq] of right) yield fault(`claim ${claim}`, `it is missing beside entry ${chain}#${seq}`);
  } catch (error) {
    yield fault(`claims of ${chain}`, `they cannot be made again: ${(error as Error).message}`);
  }
}

/** Views of streams that the ledger does not have. */
async function* checkStrayViews({ store, documents, ledger }: Checked): AsyncGenerator<Finding> {
  for (const kind of ledger.kinds.all) {
    for await (const { id, chain } of documents.all(kind.name)) {
      const own = kind.perChain ? id.slice(chain.length + 1) : id;
      const stream = `${kind.name}/${own}`;
      const versions = await store.streamVersions(chain, [stream]);
      if (!versions.get(stream)) yield fault(`${kind.name} ${own}`, 'there is a view of it and no entry');
    }
  }
}

/** Documents that are no longer the bytes that were written. */
export async function* checkDocuments(documents: DocumentStore, kinds: readonly KindSpec[]): AsyncGenerator<Finding> {
  for (const { kind } of kinds) {
    for await (const { id, fault: what } of documents.faults(kind)) yield fault(`document ${kind} ${id}`, what);
  }
}

const fault = (where: string, what: string): Finding => ({ grade: 'fault', where, what });
