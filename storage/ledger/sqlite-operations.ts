/** What the ledger does in the database's thread; its contract is in ledger-store.ts. */
import type { Connection } from '../sqlite/connection.ts';
import { type Packed, pack, unpack } from '../sqlite/packed.ts';
import type { AppendResult, ClaimHolder, Conflict } from './ledger-store.ts';

const HASH = 32;

/** A StoredEntry without chain and bytes; hash and bytes travel packed, in turn. */
export interface EntryRow {
  seq: number;
  stream: string;
  version: number;
}

export interface NewEntryRow extends EntryRow {
  claims: readonly string[];
  releases: readonly string[];
}

export interface EntryRows {
  rows: EntryRow[];
  packed: Packed;
}

type Row = Record<string, unknown>;

/** The port's operations on one connection; their contract is in ledger-store.ts. */
export function ledgerOperations(connection: Connection) {
  const sql = (text: string) => connection.sql(text);

  const size = (chain: string): number =>
    Number(sql('SELECT max(seq) + 1 AS size FROM entries WHERE chain = ?').get(chain)?.size ?? 0);

  const lastVersion = (chain: string, stream: string): number =>
    Number(sql('SELECT max(version) AS v FROM entries WHERE chain = ? AND stream = ?').get(chain, stream)?.v ?? 0);

  const holder = (chain: string, claim: string): number | undefined =>
    sql('SELECT seq FROM claims WHERE chain = ? AND claim = ?').get(chain, claim)?.seq as number | undefined;

  const drop = (chain: string, claim: string) =>
    sql('DELETE FROM claims WHERE chain = ? AND claim = ?').run(chain, claim);

  const take = (chain: string, claim: string, seq: number) =>
    sql('INSERT INTO claims (chain, claim, seq) VALUES (?, ?, ?)').run(chain, claim, seq);

  const conflictOf = (chain: string, row: NewEntryRow): Conflict | undefined => {
    if (row.version !== lastVersion(chain, row.stream) + 1) return { kind: 'stream' };
    for (const claim of row.claims) {
      const seq = row.releases.includes(claim) ? undefined : holder(chain, claim);
      if (seq !== undefined) return { kind: 'claim', claim, seq };
    }
    return undefined;
  };

  const insert = (chain: string, row: NewEntryRow, hash: Uint8Array, bytes: Uint8Array): void => {
    const { seq, stream, version } = row;
    sql('INSERT INTO entries (chain, seq, stream, version, hash, bytes) VALUES (?, ?, ?, ?, ?, ?)').run(
      chain,
      seq,
      stream,
      version,
      hash,
      bytes,
    );
    for (const claim of row.releases) drop(chain, claim);
    for (const claim of new Set(row.claims)) take(chain, claim, seq);
  };

  return {
    reads: {
      'ledger.head': (chain: string) => {
        const row = sql('SELECT seq, hash FROM entries WHERE chain = ? ORDER BY seq DESC LIMIT 1').get(chain);
        return row ? { size: Number(row.seq) + 1, hash: asBytes(row.hash) } : { size: 0, hash: undefined };
      },
      'ledger.streamVersions': (chain: string, streams: readonly string[]) =>
        new Map(streams.map((stream) => [stream, lastVersion(chain, stream)] as const).filter(([, v]) => v > 0)),
      'ledger.stream': (chain: string, stream: string, from: number, to: number): EntryRows =>
        entryRows(
          sql(
            'SELECT seq, stream, version, hash, bytes FROM entries WHERE chain = ? AND stream = ? AND version BETWEEN ? AND ? ORDER BY version',
          ).all(chain, stream, from, to),
        ),
      'ledger.range': (chain: string, from: number, limit: number): EntryRows =>
        entryRows(
          sql(
            'SELECT seq, stream, version, hash, bytes FROM entries WHERE chain = ? AND seq >= ? ORDER BY seq LIMIT ?',
          ).all(chain, from, limit),
        ),
      'ledger.claim': holder,
      'ledger.hashes': (chain: string, from: number, limit: number): { packed: Packed } => {
        const rows = sql('SELECT hash FROM entries WHERE chain = ? AND seq >= ? ORDER BY seq LIMIT ?');
        return { packed: pack(rows.all(chain, from, limit).map(({ hash }) => fixed(asBytes(hash)))) };
      },
      /** Each step is one look-up in the primary key, however long the chains are. */
      'ledger.chains': (): string[] => {
        const next = sql('SELECT min(chain) AS chain FROM entries WHERE chain > ?');
        const chains: string[] = [];
        for (let row = next.get(''); row?.chain != null; row = next.get(row.chain)) chains.push(String(row.chain));
        return chains;
      },
      'ledger.claimsAfter': (chain: string, after: string, limit: number) =>
        sql('SELECT claim, seq FROM claims WHERE chain = ? AND claim > ? ORDER BY claim LIMIT ?')
          .all(chain, after, limit)
          .map((row): ClaimHolder => ({ claim: String(row.claim), seq: Number(row.seq) })),
    },
    writes: {
      'ledger.append': (chain: string, rows: readonly NewEntryRow[], packed: Packed): AppendResult => {
        const parts = unpack(packed);
        let next = size(chain);
        for (const [index, row] of rows.entries()) {
          const conflict: Conflict | undefined = row.seq === next ? conflictOf(chain, row) : { kind: 'seq' };
          if (conflict) return { inserted: index, conflict };
          insert(chain, row, parts[2 * index] as Uint8Array, parts[2 * index + 1] as Uint8Array);
          next += 1;
        }
        return { inserted: rows.length };
      },
      'ledger.replaceClaims': (chain: string, claims: readonly ClaimHolder[]): void => {
        sql('DELETE FROM claims WHERE chain = ?').run(chain);
        for (const { claim, seq } of claims) take(chain, claim, seq);
      },
      'ledger.dropClaims': (chain: string, claims: readonly string[]): void => {
        for (const claim of claims) drop(chain, claim);
      },
    },
  };
}

function entryRows(rows: Row[]): EntryRows {
  return {
    rows: rows.map((row) => ({ seq: Number(row.seq), stream: String(row.stream), version: Number(row.version) })),
    packed: pack(rows.flatMap((row) => [asBytes(row.hash), asBytes(row.bytes)])),
  };
}

/** A damaged row can hold any type; whoever checks the hash will see that it is not what was written. */
function asBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value ?? ''));
}

function fixed(hash: Uint8Array): Uint8Array {
  return hash.length === HASH ? hash : new Uint8Array(HASH);
}
