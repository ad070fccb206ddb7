import { decodeEntry, type Entry, isSealedField } from '../../signing/chain.ts';
import { TILE_WIDTH } from '../../signing/tiles.ts';
import type { Document, KindSpec } from '../../storage/documents/document-store.ts';
import type { StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { documentId } from './kind.ts';

/**
 * What entries are found by. One document tells it of 256 entries, as many as a bundle of the log has: it is written once, when the last of them
 * is there, so the ledger pays nothing for it at an append, and an agency with a million entries has four thousand of them.
 */
export const BLOCK = TILE_WIDTH;

export const blockKind = 'entry-block';
/** Raised whenever `termsOf` says other things of the same entry: all blocks are made anew. */
export const BLOCK_VERSION = 1;
export const blockDocuments: KindSpec[] = [{ kind: blockKind, sort: 'view', indexes: ['index', 'terms'] }];

/** One thing that is true of an entry, as a word of the index. */
export const term = {
  actor: (id: string) => `a:${id}`,
  via: (via: string) => `v:${via}`,
  kind: (name: string) => `k:${name}`,
  type: (type: string) => `t:${type}`,
  /** It is of the stream of this thing, or names it in clear: an id, or the SHA-256 of an original. */
  names: (id: string) => `n:${id}`,
} as const;

export interface Block {
  /** Entries from `index` × 256 on. */
  index: number;
  terms: string[];
  /** Of each entry, which of the terms. */
  entries: number[][];
}

/** The block of 256 entries, given in order. */
export function blockOf(chain: string, index: number, entries: readonly StoredEntry[]): Document {
  const each = entries.map(termsOf);
  const terms = [...new Set(each.flat())].sort();
  const places = new Map(terms.map((name, place) => [name, place]));
  const body = { index, terms, entries: each.map((own) => own.map((name) => places.get(name) as number)) };
  return { kind: blockKind, id: documentId({ perChain: true }, chain, String(index)), chain, version: 1, body };
}

/** Every list must have a term of the entry. */
export type Wanted = readonly (readonly string[])[];

/** The seqs of a block's entries that are wanted, in order. */
export function seqsIn({ index, terms, entries }: Block, wanted: Wanted): number[] {
  const places = wanted.map((any) => new Set(any.map((name) => terms.indexOf(name))));
  return entries.flatMap((own, at) =>
    places.every((any) => own.some((place) => any.has(place))) ? [index * BLOCK + at] : [],
  );
}

/** The terms of an entry. Of one whose bytes are no entry any more, what its columns say: fsck names it. */
export function termsOf({ stream, bytes }: StoredEntry): string[] {
  const slash = stream.indexOf('/');
  const names = [term.kind(stream.slice(0, slash)), term.names(stream.slice(slash + 1))];
  const entry = tryDecode(bytes);
  if (entry) {
    names.push(term.actor(entry.actor.id), term.via(entry.actor.via));
    for (const { type, data } of entry.events) names.push(term.type(type), ...idsIn(data).map(term.names));
  }
  return [...new Set(names)];
}

function tryDecode(bytes: Uint8Array): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch {
    return undefined;
  }
}

/** A UUID, or a SHA-256 in hex. */
const ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64})$/;

/** Every id that stands in clear; what is encrypted is passed over. */
function idsIn(node: unknown): string[] {
  if (typeof node === 'string') return ID.test(node) ? [node] : [];
  if (node === null || typeof node !== 'object' || isSealedField(node)) return [];
  return Object.values(node).flatMap(idsIn);
}
