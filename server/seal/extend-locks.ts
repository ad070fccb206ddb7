import type { Deps } from '../deps.ts';
import { every, type Reconciler } from '../reconciler.ts';

const PERIOD_MS = 24 * 60 * 60_000;

/** Looks at the lock of every object once a day and extends what is due: locks roll on as long as the service runs. */
export function startLockExtension(deps: Deps): Reconciler {
  return every(deps, 'object-locks', PERIOD_MS, async (stopping) => {
    const { locked, logger } = deps;
    if (!locked) return;
    for await (const { key } of locked.list('')) {
      if (stopping.aborted) return;
      // One object whose lock cannot be extended keeps no other from being extended.
      await locked
        .extend(key)
        .catch((error) => logger.error({ err: error, key }, 'the lock of an object is not extended'));
    }
  });
}
