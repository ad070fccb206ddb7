import { z } from 'zod';
import type { StoredEntry } from '../../storage/ledger/ledger-store.ts';
import { instantIn } from '../access/periods.ts';
import { Fault } from '../errors.ts';
import { says } from '../faults/field-words.ts';
import type { Context } from '../http/context.ts';
import { pageQuery } from '../http/shapes.ts';
import type { Wanted } from '../ledger/entry-blocks.ts';
import { IndexBehind } from '../ledger/entry-index.ts';

/** A whole number in digits: a seq, or the size of a log. */
export const seqText = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,14})$/, says('not a whole number above 0'))
  .transform(Number);

/** A page of the ledger, by seq. `after` goes on after that entry, in the order asked for. */
export const spanQuery = {
  limit: pageQuery.limit,
  after: seqText.optional(),
  /** Entered in [from, to). */
  from: instantIn.optional(),
  to: instantIn.optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
};

export const seqParam = z.strictObject({ seq: seqText });

interface Span {
  limit: number;
  after?: number | undefined;
  from?: string | undefined;
  to?: string | undefined;
  order: 'asc' | 'desc';
}

/** Entries that are wanted, page by page, and where the next page begins. Throws INDEX_BEHIND. */
export async function findEntries({ deps, chain }: Pick<Context, 'deps' | 'chain'>, wanted: Wanted, span: Span) {
  const { entries } = deps;
  const descending = span.order === 'desc';
  const [begin, end] = await Promise.all([
    span.from ? entries.seqAt(chain, span.from) : 0,
    span.to ? entries.seqAt(chain, span.to) : Number.MAX_SAFE_INTEGER,
  ]);
  const from = descending || span.after === undefined ? begin : Math.max(begin, span.after + 1);
  const to = descending && span.after !== undefined ? Math.min(end, span.after) : end;
  const found = await entries.find(chain, { wanted, from, to, descending, limit: span.limit }).catch((error) => {
    if (error instanceof IndexBehind) throw new Fault('INDEX_BEHIND', { headers: { 'Retry-After': '10' } });
    throw error;
  });
  const items = await entriesAt({ deps, chain }, found.seqs);
  return { items, ...(found.next !== undefined && { next: String(found.next) }) };
}

/** Entries by seq, in the order asked for; neighbours are read together. */
async function entriesAt({ deps, chain }: Pick<Context, 'deps' | 'chain'>, seqs: readonly number[]) {
  const runs: { from: number; count: number }[] = [];
  for (const seq of seqs.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && seq === last.from + last.count) last.count += 1;
    else runs.push({ from: seq, count: 1 });
  }
  const read = await Promise.all(runs.map(({ from, count }) => deps.ledgerStore.range(chain, from, count)));
  const bySeq = new Map(read.flat().map((entry) => [entry.seq, entry]));
  return seqs.map((seq) => bySeq.get(seq)).filter((entry): entry is StoredEntry => entry !== undefined);
}
