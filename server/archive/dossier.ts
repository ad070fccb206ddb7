import { type CaseState, caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { present } from '../errors.ts';
import { everyView } from '../ledger/find-views.ts';
import type { AnyEvent, Kind } from '../ledger/kind.ts';
import { stages } from '../policy/case-kinds.ts';
import { type RecordState, recordKind } from '../records/events.ts';
import { objectKind } from '../records/object-kind.ts';
import { type GrantState, grantKind } from '../retrieval/grant-events.ts';
import { type ViewingState, viewingKind } from '../retrieval/viewing-events.ts';
import { type SubjectState, subjectKind } from '../subjects/events.ts';
import { type CollectedEntry, Collection, type Folded } from './collection.ts';

/** Everything of a case that a package shows, as of one moment. */
export interface Dossier {
  chain: string;
  case: Folded<CaseState>;
  subjects: SubjectState[];
  /** Linked to the case now and not disposed, in the order of the file. */
  records: RecordState[];
  grants: GrantState[];
  viewings: ViewingState[];
  entries: CollectedEntry[];
}

/** The stage that a record was linked to in a case. */
export const stageOf = (record: RecordState, caseId: string): string | undefined =>
  record.links.find((link) => !link.ended && link.caseId === caseId && link.stage)?.stage;

/** Every record that is linked to a case now. */
export async function recordsOf(deps: Deps, chain: string, caseId: string): Promise<RecordState[]> {
  return await Array.fromAsync(everyView(deps, recordKind, { chain, filter: { caseIds: caseId } }));
}

/** Gathers a case with its streams. Throws NOT_FOUND. */
export async function gather(deps: Deps, chain: string, caseId: string): Promise<Dossier> {
  const collection = new Collection(deps, chain);
  const file = present(await collection.take(caseKind, caseId));
  const linked = (record: RecordState) => record.caseIds.includes(caseId) && record.state !== 'disposed';
  const records: RecordState[] = [];
  for (const { id } of await recordsOf(deps, chain, caseId)) {
    const taken = await collection.take(recordKind, id, linked);
    if (!taken) continue;
    records.push(taken.state);
    if (taken.state.object) await collection.take(objectKind, taken.state.object.sha256);
  }
  const subjects = await takeAll(collection, subjectKind, subjectIds(file.state, records));
  const recordIds = records.map(({ id }) => id);
  const grants = await takeAll(collection, grantKind, await idsNaming(deps, grantKind, chain, recordIds));
  const viewings = await takeAll(collection, viewingKind, await idsNaming(deps, viewingKind, chain, recordIds));
  return {
    ...{ chain, case: file, subjects, grants, viewings },
    records: inOrder(records, caseId),
    entries: collection.entries,
  };
}

/** By stage, then by time (市场监督管理行政处罚程序规定 art. 78 in the main); what no stage was given comes last. */
function inOrder(records: readonly RecordState[], caseId: string): RecordState[] {
  const rank = (record: RecordState) => {
    const at = (stages as readonly (string | undefined)[]).indexOf(stageOf(record, caseId));
    return at < 0 ? stages.length : at;
  };
  const time = (record: RecordState) => Date.parse(record.sortTime);
  return records.toSorted((a, b) => rank(a) - rank(b) || time(a) - time(b) || (a.id < b.id ? -1 : 1));
}

function subjectIds(file: CaseState, records: readonly RecordState[]): string[] {
  const ofLinks = records.flatMap((record) => record.links.filter((link) => link.caseId === file.id));
  const named = [...file.subjects.map(({ subjectId }) => subjectId), ...ofLinks.map(({ subjectId }) => subjectId)];
  return [...new Set(named.filter((id) => id !== undefined))];
}

async function takeAll<S, E extends AnyEvent>(
  collection: Collection,
  kind: Kind<S, E>,
  ids: readonly string[],
): Promise<S[]> {
  const states: S[] = [];
  for (const id of ids) {
    const taken = await collection.take(kind, id);
    if (taken) states.push(taken.state);
  }
  return states;
}

/** Ids of the grants or viewings that name any of the records. */
async function idsNaming(
  deps: Deps,
  kind: typeof grantKind | typeof viewingKind,
  chain: string,
  recordIds: readonly string[],
): Promise<string[]> {
  const ids = new Set<string>();
  for (let at = 0; at < recordIds.length; at += 100) {
    const filter = { recordIds: { $in: recordIds.slice(at, at + 100) } };
    for await (const { id } of everyView(deps, kind, { chain, filter })) ids.add(id);
  }
  return [...ids].sort();
}
