import type { Deps } from '../deps.ts';
import { every, type Reconciler } from '../reconciler.ts';

const PERIOD_MS = 3_600_000;

/** Certificates are renewed long before they expire, whether or not the service is ever restarted. */
export const startRenewals = (deps: Deps): Reconciler =>
  every(deps, 'certificates', PERIOD_MS, () => deps.certificates.settle());
