import { originalKey } from '../../storage/objects/layout.ts';
import { type Deps, systemActor } from '../deps.ts';
import { findViews } from '../ledger/find-views.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { type RecordEvent, type RecordState, recordKind } from '../records/events.ts';
import { withLocalFile } from './local-file.ts';

const PERIOD_MS = 60_000;

/** Probes what was sealed while no ffprobe was there; the signed manifest stays as it was, the probe becomes an event. */
export function startLateProbes(deps: Deps): Reconciler {
  return every(deps, 'late-probes', PERIOD_MS, async () => {
    if (!(await deps.prober.available())) return;
    for (const chain of await agencyChains(deps)) {
      const waiting = await findViews(deps, recordKind, { chain, filter: { probeStatus: 'unavailable' }, limit: 100 });
      for (const record of waiting.items) await probe(deps, chain, record);
    }
  });
}

async function probe(deps: Deps, chain: string, record: RecordState): Promise<void> {
  if (!record.object) return;
  const key = originalKey(chain, record.object.sha256);
  const mediaType = record.mediaType ?? '';
  const result = await withLocalFile(deps, deps.evidence, key, (path) => deps.prober.probe(path, mediaType));
  if (result.status === 'unavailable') return;
  await deps.ledger.execute(recordKind, chain, record.id, systemActor('late-probes'), (state): RecordEvent[] =>
    state?.probeStatus === 'unavailable'
      ? [{ type: 'record.probed', data: { probe: JSON.parse(JSON.stringify(result)) } }]
      : [],
  );
}
