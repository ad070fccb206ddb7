import type { Deps } from '../deps.ts';
import { every, type Reconciler } from '../reconciler.ts';

const ROUND_MS = 1000;
const ANCHOR_ROUND_MS = 10_000;

/** Publishes every second what is new: who waits for a receipt does not wait for the round. */
export const startPublishing = (deps: Deps): Reconciler => every(deps, 'log', ROUND_MS, () => deps.log.publishAll());

/** Beside it too: an authority may be slow. Each log is anchored when ANCHOR_MINUTES are over and it has grown. */
export const startAnchoring = (deps: Deps): Reconciler =>
  every(deps, 'anchors', ANCHOR_ROUND_MS, () => deps.anchors.round());

/** Asks the witnesses beside it: a slow one holds up no checkpoint. */
export const startCosigning = (deps: Deps): Reconciler =>
  every(deps, 'witnesses', ROUND_MS, () => deps.cosigning.round(deps.log.chains()));
