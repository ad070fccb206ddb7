import type { Deps } from '../deps.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';

const PERIOD_MS = 5000;

/** Folds what a process that died has left behind its entries. One that is alone does so at its start. */
export const startFollowing = (deps: Deps): Reconciler =>
  every(deps, 'views', PERIOD_MS, async () => {
    if (deps.shared) await deps.views.followAll();
  });

/** Makes the blocks of the entry index as they fill; whoever asks meanwhile makes the last few. */
export const startIndexing = (deps: Deps): Reconciler =>
  every(deps, 'entries', PERIOD_MS, async (stopping) => {
    for (const chain of await agencyChains(deps)) await deps.entries.grow(chain, Number.POSITIVE_INFINITY, stopping);
  });
