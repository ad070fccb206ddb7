import { caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { viewsById } from '../ledger/find-views.ts';
import type { RecordState } from '../records/events.ts';
import { type Term, type TermRules, termOf } from './term.ts';

export const termRulesOf = ({ policy, config }: Pick<Deps, 'policy' | 'config'>): TermRules => ({
  policy,
  zone: config.ZONE,
});

/** The terms of records of a chain, in their order. */
export async function termsOf(
  deps: Pick<Deps, 'documents' | 'policy' | 'config'>,
  chain: string,
  records: readonly RecordState[],
): Promise<Term[]> {
  const cases = await viewsById(
    deps,
    caseKind,
    chain,
    records.flatMap(({ caseIds }) => caseIds),
  );
  const rules = termRulesOf(deps);
  return records.map((record) => termOf(record, cases, rules));
}
