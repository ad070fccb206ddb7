import type { Deps } from '../deps.ts';
import { every, type Reconciler } from '../reconciler.ts';

const ROUND_MS = 1000;

/** Publishes every second what is new: who waits for a receipt does not wait for the round. */
export const startPublishing = (deps: Deps): Reconciler => every(deps, 'log', ROUND_MS, () => deps.log.publishAll());

/** Asks the witnesses beside it: a slow one holds up no checkpoint. */
export const startCosigning = (deps: Deps): Reconciler =>
  every(deps, 'witnesses', ROUND_MS, () => deps.cosigning.round(deps.log.chains()));
