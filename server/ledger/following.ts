import type { Deps } from '../deps.ts';
import { every, type Reconciler } from '../reconciler.ts';

const PERIOD_MS = 5000;

/** Folds what a process that died has left behind its entries. One that is alone does so at its start. */
export const startFollowing = (deps: Deps): Reconciler =>
  every(deps, 'views', PERIOD_MS, async () => {
    if (deps.shared) await deps.views.followAll();
  });
