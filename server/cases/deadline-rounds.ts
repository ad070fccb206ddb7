import { type Deps, systemActor } from '../deps.ts';
import { everyView } from '../ledger/find-views.ts';
import { dayOf } from '../policy/day.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { missing, recounted } from './deadlines.ts';
import { type CaseState, caseKind } from './events.ts';
import { meansOf } from './means.ts';

const PERIOD_MS = 3_600_000;
const actor = systemActor('policy');

/**
 * Keeps deadlines true: counts them anew when a year's days off become known, and gives open cases from before there were any those
 * that they would have. Each change is an entry.
 */
export function startDeadlines(deps: Deps): Reconciler {
  const rounds = every(deps, 'deadlines', PERIOD_MS, async (stopping) => {
    for (const chain of await agencyChains(deps)) await settleChain(deps, chain, stopping);
  });
  deps.signals.on('workdays.set', rounds.wake);
  return {
    wake: rounds.wake,
    stop: async () => {
      deps.signals.off('workdays.set', rounds.wake);
      await rounds.stop();
    },
  };
}

async function settleChain(deps: Deps, chain: string, stopping: AbortSignal): Promise<void> {
  const filter = { $or: [{ state: 'open' }, { nextDue: { $gt: '' } }] };
  const means = await meansOf({ deps, chain });
  const lacks = (file: CaseState) => [
    ...missing(file, means, (instant) => dayOf(instant, deps.config.ZONE)),
    ...recounted(file, means),
  ];
  for await (const view of everyView(deps, caseKind, { chain, filter })) {
    if (stopping.aborted) return;
    if (lacks(view).length > 0)
      await deps.ledger.execute(caseKind, chain, view.id, actor, (file) => (file ? lacks(file) : []));
  }
}
