import type { RecordItem } from '../records/kinds.ts';
import type { Grant } from './kinds.ts';

/** The page that asks to see a record: for its case, or as the one who filmed it while it is linked to nothing. */
export function askPath({ id, caseIds, unclaimed, filmedBy }: RecordItem, me: string): string {
  const params = new URLSearchParams({ record: id });
  if (caseIds[0]) params.set('case', caseIds[0]);
  else if (unclaimed && filmedBy === me) params.set('reason', 'unlinked-record');
  return `/grants/new?${params}`;
}

/** The page that asks for the same again. */
export function askAgainPath({ reason, caseId, recordIds }: Grant): string {
  const params = new URLSearchParams({ reason });
  if (caseId) params.set('case', caseId);
  for (const id of recordIds) params.append('record', id);
  return `/grants/new?${params}`;
}
