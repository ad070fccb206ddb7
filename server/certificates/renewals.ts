import { isDue } from '../../signing/authority.ts';
import type { Deps } from '../deps.ts';
import { every, type Reconciler } from '../reconciler.ts';

const PERIOD_MS = 3_600_000;
const WARNING_DAYS = 30;

/**
 * Certificates are renewed long before they expire, whether or not the service is ever restarted. One from outside is not ours to renew: a
 * warning is logged.
 */
export const startRenewals = (deps: Deps): Reconciler =>
  every(deps, 'certificates', PERIOD_MS, async () => {
    await deps.certificates.settle();
    if (isDue(deps.signer.certificatePem, deps.now(), WARNING_DAYS))
      deps.logger.warn({ days: WARNING_DAYS }, 'the certificate of the signer expires soon');
  });
