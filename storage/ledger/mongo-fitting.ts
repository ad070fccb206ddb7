/** Which entries may be written to MongoDB now. What is read here can be old when it is written: the unique indexes decide. */
import type { Model } from 'mongoose';
import type { Conflict, LedgerStore, StoredEntry } from './ledger-store.ts';
import { holdersOf } from './mongo-claims.ts';
import { claimKey, type EntryRow, markOf } from './mongo-entries.ts';

/** The longest prefix of a run that fits what a majority holds, and why the next entry does not. */
export async function fittingOf(
  store: Pick<LedgerStore, 'streamVersions'>,
  entries: Model<EntryRow>,
  chain: string,
  run: readonly StoredEntry[],
): Promise<{ fitting: StoredEntry[]; conflict?: Conflict }> {
  const [first] = run as [StoredEntry];
  if (!(await isNext(entries, chain, first.seq))) return { fitting: [], conflict: { kind: 'seq' } };
  const streams = run.map(({ stream }) => stream);
  const wanted = run.flatMap(({ claims }) => claims);
  const [versions, holders] = await Promise.all([
    store.streamVersions(chain, streams),
    holdersOf(entries, chain, wanted),
  ]);
  const fitting: StoredEntry[] = [];
  for (const entry of run) {
    const { seq, stream, version, claims, releases } = entry;
    if (seq !== first.seq + fitting.length) return { fitting, conflict: { kind: 'seq' } };
    if (version !== (versions.get(stream) ?? 0) + 1) return { fitting, conflict: { kind: 'stream' } };
    const held = claims.find((claim) => holders.has(claim) && !releases.includes(claim));
    if (held !== undefined) {
      return { fitting, conflict: { kind: 'claim', claim: held, seq: holders.get(held) as number } };
    }
    versions.set(stream, version);
    for (const claim of claims) holders.set(claim, seq);
    fitting.push(entry);
  }
  return { fitting };
}

/** Seq n is not written unless n - 1 was read from a majority: no failover can take it away from under n. */
async function isNext(entries: Model<EntryRow>, chain: string, seq: number): Promise<boolean> {
  const [before, there] = await Promise.all([
    seq === 0 ? true : entries.exists({ chain, seq: seq - 1 }),
    entries.exists({ chain, seq }),
  ]);
  return before !== null && there === null;
}

/** Claims that the same entry releases it takes over when they are free: see MongoClaims.settle. */
export function rowOf({ chain, seq, stream, version, hash, bytes, claims, releases }: StoredEntry): EntryRow {
  const row: EntryRow = { chain, seq, stream, version, hash: Buffer.from(hash), bytes: Buffer.from(bytes) };
  const keys = (names: readonly string[]) => [...new Set(names)].map((claim) => claimKey(chain, claim));
  const own = claims.filter((claim) => !releases.includes(claim));
  if (claims.length > 0) row.claims = [markOf(chain, seq), ...keys(own)];
  if (releases.length === 0) return row;
  return { ...row, pending: chain, releases: keys(releases), moves: keys(claims.filter((c) => releases.includes(c))) };
}
