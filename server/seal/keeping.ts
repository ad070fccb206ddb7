import type { DocumentStore, Query } from '../../storage/documents/document-store.ts';
import type { Keeping } from '../../storage/objects/locked-evidence.ts';
import { endOf, type TermRules, termOf } from '../archive/term.ts';
import { termRulesOf } from '../archive/terms.ts';
import { type CaseState, caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { dockDayObjects } from '../docking/dock-day.ts';
import { findViews, viewsById } from '../ledger/find-views.ts';
import { isLogEvidence } from '../log/check-log.ts';
import { personalSignatures } from '../personal/every-signature.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import { evidenceOf } from './record-evidence.ts';

const PAGE = 200;

/**
 * What locks are put by: the evidence of a record is locked until its term ends, and firmly once one of its cases is archived, whatever
 * OBJECT_LOCK_MODE is. What no record names, but an entry does (the log, daily statements of docks, signatures of approvals and exports), is
 * kept for ever. What no entry names is kept for nothing: its first lock ends by itself.
 */
export interface Rules extends TermRules {
  documents: DocumentStore;
}

/** A record with the keys of its original and of every proof of it. */
export interface Kept {
  record: RecordState;
  keys: string[];
  keeping: Keeping;
  /** When it was last linked, or one of its cases archived or appraised, RFC 3339, UTC: what it is kept by may be so new. */
  since: string;
}

export const rulesOf = (deps: Pick<Deps, 'documents' | 'policy' | 'config'>): Rules => ({
  documents: deps.documents,
  ...termRulesOf(deps),
});

/** Records of a chain that a query finds, with how they are kept, page by page. */
export async function* keptRecords(
  rules: Rules,
  chain: string,
  query: Pick<Query, 'filter' | 'sort'> = {},
): AsyncGenerator<Kept> {
  let after: string | undefined;
  do {
    const page = await findViews(rules, recordKind, { ...query, chain, limit: PAGE, after });
    yield* await kept(rules, chain, page.items);
    after = page.next;
  } while (after);
}

/** How these records are kept. The proofs that stay of one that is disposed are kept for ever. */
export async function kept(rules: Rules, chain: string, records: readonly RecordState[]): Promise<Kept[]> {
  const ids = records.flatMap(({ caseIds }) => caseIds);
  const cases = await viewsById(rules, caseKind, chain, ids);
  return records.map((record) => ({
    record,
    keys: evidenceOf(chain, record).map(({ key }) => key),
    keeping: keepingOf(record, cases, rules),
    since: sinceOf(record, cases),
  }));
}

function keepingOf(record: RecordState, cases: ReadonlyMap<string, CaseState>, rules: TermRules): Keeping {
  if (record.state === 'disposed') return {};
  const archived = record.caseIds.some((id) => cases.get(id)?.archivedAt);
  return { until: endOf(termOf(record, cases, rules)), ...(archived && { mode: 'compliance' }) };
}

function sinceOf({ links, sealedAt = '', caseIds }: RecordState, cases: ReadonlyMap<string, CaseState>): string {
  const files = caseIds.flatMap((id) => cases.get(id) ?? []);
  const of = files.flatMap(({ archivedAt = '', retention }) => [archivedAt, retention?.at ?? '']);
  return [sealedAt, ...links.map(({ at }) => at), ...of].reduce(later);
}

const later = (a: string, b: string) => (a > b ? a : b);

/** Keys of evidence that no record names, but an entry does. */
export async function* keptBeside(documents: DocumentStore): AsyncGenerator<string> {
  for await (const { key } of personalSignatures(documents)) yield key;
  for await (const { key } of dockDayObjects(documents)) yield key;
}

type KeptObject = Pick<Kept, 'keeping' | 'since'>;

const forEver: KeptObject = { keeping: {}, since: '' };

/** How each object is kept that an entry names, to be asked by its key; of one of several records the longest and the firmest. */
export async function keptObjects(
  rules: Rules,
  chains: Iterable<string>,
): Promise<(key: string) => KeptObject | undefined> {
  const found = new Map<string, KeptObject>();
  for await (const key of keptBeside(rules.documents)) found.set(key, forEver);
  for (const chain of chains) {
    for await (const one of keptRecords(rules, chain))
      for (const key of one.keys) found.set(key, both(one, found.get(key)));
  }
  return (key) => (isLogEvidence(key) ? forEver : found.get(key));
}

function both({ keeping, since }: KeptObject, other: KeptObject | undefined): KeptObject {
  if (!other) return { keeping, since };
  const [a, b] = [keeping, other.keeping];
  const until = a.until && b.until && (a.until > b.until ? a.until : b.until);
  return { keeping: { until, mode: a.mode ?? b.mode }, since: later(since, other.since) };
}

/** The evidence store for writing what is kept as long as a record is: a lock on it reaches no further than the record's term. */
export async function evidenceFor(
  deps: Pick<Deps, 'documents' | 'policy' | 'config' | 'evidence' | 'locked'>,
  chain: string,
  record: RecordState,
): Promise<Deps['evidence']> {
  if (!deps.locked) return deps.evidence;
  const [found] = await kept(rulesOf(deps), chain, [record]);
  return deps.locked.keeping(found?.keeping ?? {});
}
