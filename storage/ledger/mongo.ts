import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, Model } from 'mongoose';
import { cutAt, type MongoOptions } from '../mongo/database.ts';
import { Gathered } from '../mongo/gathered.ts';
import { checkEntries, checkName } from './check-entries.ts';
import type { AppendResult, ClaimHolder, LedgerStore, StoredEntry } from './ledger-store.ts';
import { MongoClaims } from './mongo-claims.ts';
import { type EntryRow, entrySchema } from './mongo-entries.ts';
import { fittingOf, rowOf } from './mongo-fitting.ts';

const ATTEMPTS = 6;
const RETRY_MS = 200;
const HASH = 32;

/**
 * The ledger in MongoDB, written by several processes at once. It leans on two things only: a document is written whole or not at all, and
 * a unique index has no second. How much of a write is durable, and what a read may see, is said once, in mongo/database.ts.
 */
export class MongoLedgerStore implements LedgerStore {
  readonly #entries: Model<EntryRow>;
  readonly #claims: MongoClaims;
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #versions: Gathered<StreamName, number>;

  private constructor(entries: Model<EntryRow>) {
    this.#entries = entries;
    this.#claims = new MongoClaims(entries);
    this.#versions = new Gathered((names) => versionsOf(entries, names));
  }

  /** The store on a connection of `openMongo`, its indexes made. */
  static async open(connection: Connection, { readOnly = false }: MongoOptions = {}): Promise<MongoLedgerStore> {
    const entries = connection.model<EntryRow>('entry', entrySchema);
    if (!readOnly) await entries.createIndexes();
    return new MongoLedgerStore(entries);
  }

  async head(chain: string) {
    const last = await this.#entries.findOne({ chain }, { seq: 1, hash: 1 }).sort({ seq: -1 }).lean();
    return last ? { size: last.seq + 1, hash: bytesOf(last.hash) } : { size: 0, hash: undefined };
  }

  async append(entries: readonly StoredEntry[]): Promise<AppendResult> {
    const [first] = entries;
    if (!first) return { inserted: 0 };
    checkEntries(entries);
    const { chain } = first;
    // One batch in flight per process and chain: two of them could overtake each other and leave a gap.
    const before = this.#turns.get(chain) ?? Promise.resolve();
    const own = before.catch(() => {}).then(() => this.#append(chain, entries));
    this.#turns.set(chain, own);
    return await own;
  }

  async #append(chain: string, entries: readonly StoredEntry[]): Promise<AppendResult> {
    let inserted = 0;
    for (const run of runsOf(entries)) {
      await this.#claims.settle(chain);
      const { fitting, conflict } = await fittingOf(this, this.#entries, chain, run);
      const written = await this.#write(fitting.map(rowOf));
      inserted += written;
      if (written < fitting.length) return { inserted, conflict: { kind: 'seq' } };
      if (conflict) return { inserted, conflict };
    }
    await this.#claims.settle(chain);
    return { inserted };
  }

  /**
   * Writes rows in order; resolves to how many are in, the rest having lost their place to another writer. An ordered batch that is cut
   * short leaves a prefix. An outcome that is not known (a connection lost, a failover, no majority in time) is never assumed: what lies
   * under the same seqs is read back and its bytes compared, and what is missing is written again as the same bytes, so that the first
   * attempt and the second can only be one.
   */
  async #write(rows: EntryRow[]): Promise<number> {
    if (rows.length === 0) return 0;
    let done = 0;
    for (let attempt = 1; ; attempt += 1) {
      try {
        if (attempt > 1) {
          const { ours, taken } = await this.#readBack(rows);
          if (taken || ours === rows.length) return ours;
          done = ours;
        }
        await this.#entries.insertMany(rows.slice(done), { ordered: true, lean: true });
        return rows.length;
      } catch (error) {
        const cut = cutAt(error);
        if (cut !== undefined && attempt === 1) return cut;
        if (attempt === ATTEMPTS) throw error;
        await sleep(RETRY_MS * 2 ** (attempt - 1));
      }
    }
  }

  /** How many of the rows are in, from the first on, and whether the next one's place is taken by other bytes. */
  async #readBack(rows: readonly EntryRow[]): Promise<{ ours: number; taken: boolean }> {
    const [{ chain, seq }] = rows as [EntryRow];
    const found = await this.range(chain, seq, rows.length);
    const ours = rows.findIndex((row, index) => !found[index] || Buffer.compare(row.bytes, found[index].bytes) !== 0);
    return ours < 0 ? { ours: rows.length, taken: false } : { ours, taken: found[ours]?.seq === seq + ours };
  }

  async streamVersions(chain: string, streams: readonly string[]): Promise<Map<string, number>> {
    const names = [...new Set(streams)];
    const versions = await Promise.all(names.map((stream) => this.#versions.ask({ chain, stream })));
    return new Map(names.flatMap((stream, index) => (versions[index] ? [[stream, versions[index]] as const] : [])));
  }

  async stream(chain: string, stream: string, fromVersion = 1, toVersion = Number.MAX_SAFE_INTEGER) {
    const version = { $gte: fromVersion, $lte: toVersion };
    const rows = await this.#entries.find({ chain, stream, version }).sort({ version: 1 }).lean();
    return rows.map(entryOf);
  }

  async range(chain: string, fromSeq: number, limit: number) {
    const found = this.#entries.find({ chain, seq: { $gte: fromSeq } }).sort({ seq: 1 });
    return (await found.limit(limit).lean()).map(entryOf);
  }

  async claim(chain: string, claim: string) {
    await this.#claims.settle(chain);
    return (await this.#claims.holders(chain, [claim])).get(claim);
  }

  async hashes(chain: string, fromSeq: number, limit: number) {
    const found = this.#entries.find({ chain, seq: { $gte: fromSeq } }, { _id: 0, hash: 1 }).sort({ seq: 1 });
    return Buffer.concat((await found.limit(limit).lean()).map(({ hash }) => fixed(bytesOf(hash))));
  }

  async chains() {
    const chains: string[] = await this.#entries.distinct('chain');
    return chains.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  async *claims(chain: string): AsyncGenerator<ClaimHolder> {
    await this.#claims.settle(chain);
    yield* this.#claims.all(chain);
  }

  async replaceClaims(chain: string, claims: readonly ClaimHolder[]): Promise<void> {
    for (const { claim } of claims) checkName('claim', claim);
    await this.#claims.settle(chain);
    await this.#claims.replace(chain, claims);
  }

  async dropClaims(chain: string, claims: readonly string[]): Promise<void> {
    await this.#claims.settle(chain);
    await this.#claims.drop(chain, claims);
  }
}

/** A run ends with an entry that releases claims: they must be free before the next is written. */
function runsOf(entries: readonly StoredEntry[]): StoredEntry[][] {
  const runs: StoredEntry[][] = [[]];
  for (const entry of entries) {
    runs.at(-1)?.push(entry);
    if (entry.releases.length > 0) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

function entryOf({ chain, seq, stream, version, hash, bytes }: EntryRow): StoredEntry {
  return { chain, seq, stream, version, hash: bytesOf(hash), bytes: bytesOf(bytes), claims: [], releases: [] };
}

/** A damaged row can hold any type; whoever checks the hash will see that it is not what was written. */
function bytesOf(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value ?? ''));
}

function fixed(hash: Uint8Array): Uint8Array {
  return hash.length === HASH ? hash : new Uint8Array(HASH);
}

interface StreamName {
  chain: string;
  stream: string;
}

/** The version of each stream, 0 where there is none: of each its last entry only, by the index of (chain, stream, version). */
async function versionsOf(entries: Model<EntryRow>, names: readonly StreamName[]): Promise<number[]> {
  if (names.length === 1) {
    const last = await entries
      .findOne({ ...names[0] }, { version: 1 })
      .sort({ version: -1 })
      .lean();
    return [last?.version ?? 0];
  }
  const versions = new Map<string, number>();
  for (const [chain, own] of Map.groupBy(names, (name) => name.chain)) {
    const found = await entries.aggregate<{ _id: string; version: number }>([
      { $match: { chain, stream: { $in: [...new Set(own.map(({ stream }) => stream))] } } },
      { $sort: { chain: 1, stream: 1, version: -1 } },
      { $group: { _id: '$stream', version: { $first: '$version' } } },
    ]);
    for (const { _id, version } of found) versions.set(`${chain}/${_id}`, version);
  }
  return names.map(({ chain, stream }) => versions.get(`${chain}/${stream}`) ?? 0);
}
