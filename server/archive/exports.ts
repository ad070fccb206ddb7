import { areaPrefix, packageKey, parseWorkKey } from '../../storage/objects/layout.ts';
import { isUnavailable } from '../../storage/unavailable.ts';
import { type Deps, systemActor } from '../deps.ts';
import { everyView } from '../ledger/find-views.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { deletePackage, isOver } from './commands.ts';
import { type ExportEvent, type ExportState, exportKind } from './events.ts';
import { ExportFault } from './export-fault.ts';
import { type Job, writePackage } from './package.ts';
import { watchCancelled } from './watch-cancelled.ts';

const ROUND_MS = 30_000;
const ATTEMPTS = 5;
const actor = systemActor('exports');

/**
 * Packs what was asked for, one case at a time, and deletes packages whose time is over. Killed in the middle it begins that package
 * again, cancelled it ends it; a package that no export stands for is removed.
 */
export function startExports(deps: Deps): Reconciler {
  const stopped = new AbortController();
  const failures = new Map<string, number>();
  const loop = every(deps, 'exports', ROUND_MS, async () => {
    for (const chain of await agencyChains(deps)) {
      await deleteOld(deps, chain);
      await removeStray(deps, chain);
      for await (const { id, caseId, form = 'bag' } of everyView(deps, exportKind, inState(chain, 'queued'))) {
        if (stopped.signal.aborted) return;
        await pack(deps, { chain, exportId: id, caseId, form }, stopped.signal, failures);
      }
    }
  });
  const wake = () => loop.wake();
  deps.signals.on('export.requested', wake).on('export.cancelled', wake);
  return {
    wake,
    stop: async () => {
      deps.signals.off('export.requested', wake).off('export.cancelled', wake);
      stopped.abort();
      await loop.stop();
    },
  };
}

async function pack(deps: Deps, job: Job, stopping: AbortSignal, failures: Map<string, number>): Promise<void> {
  const { chain, exportId: id, caseId } = job;
  // It may have been cancelled while others were packed.
  if ((await deps.ledger.load(exportKind, chain, id)).state?.state !== 'queued') return;
  const began = deps.now().getTime();
  const cancelled = watchCancelled(deps, chain, id);
  try {
    const packed = await writePackage(deps, job, AbortSignal.any([stopping, cancelled.signal]));
    deps.point('export.package-written');
    const { state } = await settle(deps, chain, id, { type: 'export.packaged', data: packed });
    if (state.state === 'cancelled') await deps.work.delete(packageKey(chain, id));
    else
      deps.logger.info({ exportId: id, caseId, size: packed.size, ms: deps.now().getTime() - began }, 'package ready');
  } catch (error) {
    if (stopping.aborted) return;
    if (!cancelled.signal.aborted) await fail(deps, job, error, failures);
  } finally {
    cancelled.end();
  }
  failures.delete(id);
  await deps.documents.delete('export-progress', [id]);
}

/** Says why there is no package, when trying again would not help. Throws what is to be tried again. */
async function fail(deps: Deps, { chain, exportId: id, caseId }: Job, error: unknown, failures: Map<string, number>) {
  // A server that is away is no fault of the case: it is tried until it is back.
  if (isUnavailable(error)) throw error;
  const tries = (failures.get(id) ?? 0) + 1;
  failures.set(id, tries);
  const known = error instanceof ExportFault ? error : undefined;
  deps.logger.error({ err: error, exportId: id, caseId, recordIds: known?.recordIds, tries }, 'package failed');
  if (!known && tries < ATTEMPTS) throw error;
  const { code, recordIds } = known ?? { code: 'INTERNAL' as const, recordIds: [] };
  await settle(deps, chain, id, { type: 'export.failed', data: { code, recordIds: recordIds.slice(0, 200) } });
}

/** Enters how it ended, unless that was said already. */
async function settle(deps: Deps, chain: string, id: string, event: ExportEvent) {
  return await deps.ledger.execute(exportKind, chain, id, actor, (state) => (state?.state === 'queued' ? [event] : []));
}

/** The entry first, then the bytes: a package that is still there after a crash in between is stray, and goes in the next round. */
async function deleteOld(deps: Deps, chain: string): Promise<void> {
  const days = deps.config.PACKAGE_DAYS;
  for await (const ready of everyView(deps, exportKind, inState(chain, 'ready'))) {
    if (!isOver(ready, days, deps.now())) continue;
    const { id } = ready;
    await deps.ledger.execute(exportKind, chain, id, actor, (state) => deletePackage(state, days, deps.now()));
    await deps.work.delete(packageKey(chain, id));
  }
}

/** Nothing is being packed while this runs: packing is a part of the same loop. */
async function removeStray(deps: Deps, chain: string): Promise<void> {
  for await (const { key } of deps.work.list(areaPrefix(chain, 'packages'))) {
    const name = parseWorkKey(key);
    if (name?.area !== 'packages') continue;
    const { state } = await deps.ledger.load(exportKind, chain, name.id);
    if (state?.state !== 'ready') await deps.work.delete(key);
  }
}

const inState = (chain: string, state: ExportState['state']) => ({ chain, filter: { state } });
