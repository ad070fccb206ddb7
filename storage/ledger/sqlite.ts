import type { SqliteDatabase } from '../sqlite/client.ts';
import { pack, unpack } from '../sqlite/packed.ts';
import { checkEntries, checkName } from './check-entries.ts';
import type { AppendResult, ClaimHolder, LedgerStore, StoredEntry } from './ledger-store.ts';
import type { EntryRows } from './sqlite-operations.ts';

const CLAIMS_PAGE = 1000;

/** The ledger in the embedded database. */
export class SqliteLedgerStore implements LedgerStore {
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#database = database;
  }

  head(chain: string) {
    return this.#database.call('ledger.head', chain);
  }

  async append(entries: readonly StoredEntry[]): Promise<AppendResult> {
    const [first] = entries;
    if (!first) return { inserted: 0 };
    checkEntries(entries);
    const rows = entries.map(({ seq, stream, version, claims, releases }) => ({
      seq,
      stream,
      version,
      claims: [...claims],
      releases: [...releases],
    }));
    const packed = pack(entries.flatMap((entry) => [entry.hash, entry.bytes]));
    return this.#database.call('ledger.append', first.chain, rows, packed);
  }

  streamVersions(chain: string, streams: readonly string[]) {
    return this.#database.call('ledger.streamVersions', chain, streams);
  }

  async stream(chain: string, stream: string, fromVersion = 1, toVersion = Number.MAX_SAFE_INTEGER) {
    return entriesOf(chain, await this.#database.call('ledger.stream', chain, stream, fromVersion, toVersion));
  }

  async range(chain: string, fromSeq: number, limit: number) {
    return entriesOf(chain, await this.#database.call('ledger.range', chain, fromSeq, limit));
  }

  claim(chain: string, claim: string) {
    return this.#database.call('ledger.claim', chain, claim);
  }

  async hashes(chain: string, fromSeq: number, limit: number) {
    return (await this.#database.call('ledger.hashes', chain, fromSeq, limit)).packed.data;
  }

  chains() {
    return this.#database.call('ledger.chains');
  }

  async *claims(chain: string): AsyncGenerator<ClaimHolder> {
    let after = '';
    for (;;) {
      const page = await this.#database.call('ledger.claimsAfter', chain, after, CLAIMS_PAGE);
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < CLAIMS_PAGE) return;
      after = last.claim;
    }
  }

  async replaceClaims(chain: string, claims: readonly ClaimHolder[]): Promise<void> {
    for (const { claim } of claims) checkName('claim', claim);
    await this.#database.call('ledger.replaceClaims', chain, claims);
  }

  async dropClaims(chain: string, claims: readonly string[]): Promise<void> {
    await this.#database.call('ledger.dropClaims', chain, claims);
  }
}

function entriesOf(chain: string, { rows, packed }: EntryRows): StoredEntry[] {
  const parts = unpack(packed);
  return rows.map((row, index) => ({
    chain,
    ...row,
    hash: parts[2 * index] as Uint8Array,
    bytes: parts[2 * index + 1] as Uint8Array,
    claims: [],
    releases: [],
  }));
}
