import { termRulesOf } from '../archive/terms.ts';
import { type CaseState, caseKind } from '../cases/events.ts';
import { type Deps, systemActor } from '../deps.ts';
import { type UploadEvent, uploadKind } from '../ingest/events.ts';
import { everyView } from '../ledger/find-views.ts';
import type { Reader } from '../ledger/ledger.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { type RecordEvent, type RecordState, recordKind } from '../records/events.ts';
import { type ObjectEvent, objectKind } from '../records/object-kind.ts';
import { carriedOut } from './commands.ts';
import { type DisposalState, disposalKind, type LeftReason, leftReasons } from './events.ts';
import { inUse } from './in-use.ts';
import { judge } from './judging.ts';

const ROUND_MS = 30_000;
const actor = systemActor('disposals');

/**
 * Carries out approved lists: each record is judged once more in the very entry that disposes of it, its key and what was said of its upload
 * are destroyed, and its original is released. What somebody still sees waits for a later round. No byte is deleted here: the service never
 * deletes evidence (scripts/dispose.ts). Killed in the middle it goes on where it was.
 */
export function startDisposals(deps: Deps): Reconciler {
  const loop = every(deps, 'disposals', ROUND_MS, async (stopping) => {
    for (const chain of await agencyChains(deps)) {
      for await (const list of everyView(deps, disposalKind, { chain, filter: { state: 'approved' } })) {
        if (stopping.aborted) return;
        await carryOut(deps, chain, list, stopping);
      }
    }
  });
  deps.signals.on('disposal.approved', loop.wake);
  return {
    wake: loop.wake,
    stop: async () => {
      deps.signals.off('disposal.approved', loop.wake);
      await loop.stop();
    },
  };
}

async function carryOut(deps: Deps, chain: string, list: DisposalState, stopping: AbortSignal): Promise<void> {
  const left: { recordId: string; why: LeftReason }[] = [];
  let waiting = 0;
  for (const { recordId, sha256 } of list.records) {
    if (stopping.aborted) return;
    const end = await disposeOf(deps, chain, list, recordId);
    if (end === 'in-use') waiting += 1;
    else if (end !== 'disposed') left.push({ recordId, why: end });
    else {
      await disposeOfUploads(deps, chain, recordId);
      await release(deps, chain, sha256, recordId);
    }
  }
  if (waiting > 0) {
    deps.logger.info({ disposal: list.id, waiting }, 'records of an approved disposal are still in use');
    return;
  }
  await deps.ledger.execute(disposalKind, chain, list.id, actor, (now) => carriedOut(now, left));
}

/** The entry holds only if neither the record nor one of its cases nor the list has moved since they were read. */
async function disposeOf(
  deps: Deps,
  chain: string,
  { id, departmentId }: DisposalState,
  recordId: string,
): Promise<LeftReason | 'in-use' | 'disposed'> {
  const grounds = { ...termRulesOf(deps), departmentId };
  try {
    await deps.ledger.execute(recordKind, chain, recordId, actor, async (record, read): Promise<RecordEvent[]> => {
      if (record?.state === 'disposed') return [];
      const list = await read(disposalKind, id);
      if (list?.state !== 'approved') throw new Left('not-there');
      const verdict = judge(record, await casesOf(record, read), { ...grounds, now: deps.now() });
      if ('obstacle' in verdict) throw new Left(leftReasons.find((why) => why === verdict.obstacle) ?? 'not-there');
      if ((await inUse(deps, chain, [record as RecordState])).size > 0) throw new Left('in-use');
      return [{ type: 'record.disposed', data: { basis: `disposal/${id}` } }];
    });
  } catch (error) {
    if (error instanceof Left) return error.why;
    throw error;
  }
  deps.point('disposal.record-disposed');
  return 'disposed';
}

class Left extends Error {
  readonly why: LeftReason | 'in-use';

  constructor(why: LeftReason | 'in-use') {
    super(why);
    this.why = why;
  }
}

async function casesOf(record: RecordState | undefined, read: Reader): Promise<Map<string, CaseState>> {
  const cases = new Map<string, CaseState>();
  for (const id of record?.caseIds ?? []) {
    const file = await read(caseKind, id);
    if (file) cases.set(id, file);
  }
  return cases;
}

/** The upload that became the record has its id; others brought the same bytes again and were answered with it. */
async function disposeOfUploads(deps: Deps, chain: string, recordId: string): Promise<void> {
  const ids = new Set([recordId]);
  for await (const { id } of everyView(deps, uploadKind, { chain, filter: { recordId } })) ids.add(id);
  for (const id of ids) {
    await deps.ledger.execute(uploadKind, chain, id, actor, (upload): UploadEvent[] =>
      upload && upload.state !== 'disposed' ? [{ type: 'upload.disposed', data: {} }] : [],
    );
  }
  deps.point('disposal.uploads-disposed');
}

async function release(deps: Deps, chain: string, sha256: string, recordId: string): Promise<void> {
  await deps.ledger.execute(objectKind, chain, sha256, actor, (object): ObjectEvent[] =>
    object?.records.includes(recordId) ? [{ type: 'object.released', data: { recordId } }] : [],
  );
  deps.point('disposal.released');
}
