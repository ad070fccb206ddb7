import type { Model } from 'mongoose';
import type { ClaimHolder } from './ledger-store.ts';
import { claimKey, claimOfKey, type EntryRow, isMark, markOf } from './mongo-entries.ts';

const BATCH = 500;

/** Claims: an array in the entry that holds them, unique over all entries. */
export class MongoClaims {
  readonly #entries: Model<EntryRow>;

  constructor(entries: Model<EntryRow>) {
    this.#entries = entries;
  }

  /**
   * Carries out what entries release: earlier entries lose the claims, then the entry takes those that it moves. Comes before every look at
   * a claim, since a crash may have left an entry and not this. Any process may do it, also two at once: only entries before the releasing
   * one lose anything, and the last step is done once.
   */
  async settle(chain: string): Promise<void> {
    const pending = await this.#entries.find({ pending: chain }).sort({ seq: 1 }).lean();
    for (const { seq, releases = [], moves = [] } of pending) {
      await this.#entries.updateMany(
        { claims: { $in: releases }, seq: { $lt: seq } },
        { $pullAll: { claims: releases } },
      );
      await this.#entries.updateOne(
        { chain, seq, pending: chain },
        {
          $unset: { pending: 1, releases: 1, moves: 1 },
          ...(moves.length > 0 && { $addToSet: { claims: { $each: moves } } }),
        },
      );
    }
  }

  holders(chain: string, claims: readonly string[]): Promise<Map<string, number>> {
    return holdersOf(this.#entries, chain, claims);
  }

  /** In order of the claims' UTF-8 bytes, which is the order of strings in MongoDB. */
  async *all(chain: string): AsyncGenerator<ClaimHolder> {
    const sorted = this.#entries
      .aggregate<{ claims: string; seq: number }>([
        { $match: { chain, claims: { $exists: true } } },
        { $project: { _id: 0, seq: 1, claims: 1 } },
        { $unwind: '$claims' },
        { $sort: { claims: 1 } },
      ])
      .option({ allowDiskUse: true });
    for await (const { claims: key, seq } of sorted.cursor({ batchSize: 1000 })) {
      if (!isMark(key)) yield { claim: claimOfKey(key), seq };
    }
  }

  /** Changes only what differs: a claim that was right is held at every moment. */
  async replace(chain: string, claims: readonly ClaimHolder[]): Promise<void> {
    const wanted = new Map(claims.map(({ claim, seq }) => [claim, seq]));
    const wrong: ClaimHolder[] = [];
    for await (const held of this.all(chain)) {
      if (wanted.get(held.claim) === held.seq) wanted.delete(held.claim);
      else wrong.push(held);
    }
    await this.#change(chain, wrong, (keys) => ({ $pullAll: { claims: keys } }));
    const missing = [...wanted].map(([claim, seq]) => ({ claim, seq }));
    await this.#change(chain, missing, (keys, seq) => ({
      $addToSet: { claims: { $each: [markOf(chain, seq), ...keys] } },
    }));
  }

  async drop(chain: string, claims: readonly string[]): Promise<void> {
    const keys = claims.map((claim) => claimKey(chain, claim));
    await this.#entries.updateMany({ claims: { $in: keys } }, { $pullAll: { claims: keys } });
  }

  async #change(
    chain: string,
    holders: readonly ClaimHolder[],
    update: (keys: string[], seq: number) => Record<string, object>,
  ): Promise<void> {
    const bySeq = Map.groupBy(holders, ({ seq }) => seq);
    const changes = [...bySeq].map(([seq, own]) => {
      const keys = own.map(({ claim }) => claimKey(chain, claim));
      return { updateOne: { filter: { chain, seq }, update: update(keys, seq) } };
    });
    for (let at = 0; at < changes.length; at += BATCH) await this.#entries.bulkWrite(changes.slice(at, at + BATCH));
  }
}

/** The seqs of the entries that hold these claims. */
export async function holdersOf(
  entries: Model<EntryRow>,
  chain: string,
  claims: readonly string[],
): Promise<Map<string, number>> {
  const keys = new Set(claims.map((claim) => claimKey(chain, claim)));
  if (keys.size === 0) return new Map();
  const found = await entries.find({ claims: { $in: [...keys] } }, { seq: 1, claims: 1 }).lean();
  return new Map(
    found.flatMap(({ seq, claims: held = [] }) =>
      held.filter((key) => keys.has(key)).map((key) => [claimOfKey(key), seq] as const),
    ),
  );
}
