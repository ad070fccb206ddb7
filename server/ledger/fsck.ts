import { decodeEntry, type Entry, GENESIS_PREV, leafHash } from '../../signing/chain.ts';
import { CompactRange } from '../../signing/merkle.ts';
import type { DocumentStore, KindSpec } from '../../storage/documents/document-store.ts';
import type { LedgerStore, StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { pages } from './entry-pages.ts';
import { type Finding, fault } from './finding.ts';
import { checkStrayViews, checkStream, savedUpTo } from './fsck-views.ts';
import { openHead } from './heads.ts';
import type { KeyRing } from './keys.ts';
import type { Streams } from './streams.ts';

export interface Checked {
  store: LedgerStore;
  documents: DocumentStore;
  ledger: Streams;
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

async function* checkClaims({ store, ledger }: Checked, chain: string): AsyncGenerator<Finding> {
  try {
    const right = new Map((await ledger.claims.ofChain(ledger.kinds, chain)).map(({ claim, seq }) => [claim, seq]));
    for await (const { claim, seq } of store.claims(chain)) {
      if (right.get(claim) !== seq) yield fault(`claim ${claim}`, `no entry holds it as entry ${seq} should`);
      right.delete(claim);
    }
    for (const [claim, seq] of right) yield fault(`claim ${claim}`, `it is missing beside entry ${chain}#${seq}`);
  } catch (error) {
    yield fault(`claims of ${chain}`, `they cannot be made again: ${(error as Error).message}`);
  }
}

/** Documents that are no longer the bytes that were written. */
export async function* checkDocuments(documents: DocumentStore, kinds: readonly KindSpec[]): AsyncGenerator<Finding> {
  for (const { kind } of kinds) {
    for await (const { id, fault: what } of documents.faults(kind)) yield fault(`document ${kind} ${id}`, what);
  }
}
