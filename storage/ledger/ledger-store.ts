/**
 * The port of the ledger: entries of several chains, append-only, at rest as the exact bytes that were hashed.
 *
 * Names (chain, stream, claim) are well-formed Unicode without NUL; an append of anything else throws a TypeError.
 * What an engine must keep is in test/contracts/ledger-store.ts.
 */

/** One entry as it rests: the exact bytes, and the key columns that are derived from them. */
export interface StoredEntry {
  chain: string;
  /** Position in the chain, from 0, without gaps. */
  seq: number;
  stream: string;
  /** Position in the stream, from 1, without gaps. */
  version: number;
  /** The leaf hash, 32 bytes: SHA-256(0x00 ‖ bytes), RFC 6962 section 2.1. */
  hash: Uint8Array;
  bytes: Uint8Array;
  /** Strings that become unique in the chain with this entry; not part of the bytes. Empty when read back. */
  claims: readonly string[];
  /** Claims that are given up with this entry, whoever holds them; dropped before `claims` are taken. Empty when read back. */
  releases: readonly string[];
}

/** Why a batch was cut: its place in the chain is taken, its place in the stream is taken, or a claim is held by entry `seq`. */
export type Conflict = { kind: 'seq' } | { kind: 'stream' } | { kind: 'claim'; claim: string; seq: number };

export interface AppendResult {
  /** Length of the prefix of the batch that is now durable. */
  inserted: number;
  /** Why the batch was cut after that prefix; absent when all of it is in. */
  conflict?: Conflict;
}

export interface ClaimHolder {
  claim: string;
  seq: number;
}

export interface LedgerStore {
  /** Number of entries of the chain and the leaf hash of the last; size 0 and no hash when there is none. */
  head(chain: string): Promise<{ size: number; hash: Uint8Array | undefined }>;

  /**
   * Appends entries of one chain. The longest valid prefix goes in, all of an entry or nothing: `seq` is the chain's size, `version`
   * is the stream's last + 1, releases are dropped, then every claim is free. It is durable (fsync) when this resolves; when this
   * rejects, the caller must read the head again to know what is in.
   */
  append(entries: readonly StoredEntry[]): Promise<AppendResult>;

  /** Last version of each stream asked for; a stream without entries is not in the map. */
  streamVersions(chain: string, streams: readonly string[]): Promise<Map<string, number>>;

  /** Entries of a stream in order; both bounds are inclusive. */
  stream(chain: string, stream: string, fromVersion?: number, toVersion?: number): Promise<StoredEntry[]>;

  /** At most `limit` entries in order of seq. */
  range(chain: string, fromSeq: number, limit: number): Promise<StoredEntry[]>;

  /** The seq of the entry that holds the claim. */
  claim(chain: string, claim: string): Promise<number | undefined>;

  /** At most `limit` leaf hashes in order of seq, 32 bytes each, concatenated. */
  hashes(chain: string, fromSeq: number, limit: number): Promise<Uint8Array>;

  /** Every chain that has an entry, in order of name. */
  chains(): Promise<string[]>;

  /** Every claim of the chain, in order of the claim's UTF-8 bytes. */
  claims(chain: string): AsyncIterable<ClaimHolder>;

  /** Rebuild: these become all claims of the chain, held by entries that are there. One cut short is done again. */
  replaceClaims(chain: string, claims: readonly ClaimHolder[]): Promise<void>;

  /** Disposal: drops claims without an entry; those that are not held are passed over. */
  dropClaims(chain: string, claims: readonly string[]): Promise<void>;
}
