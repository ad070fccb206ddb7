import { isLive, touch } from '../access/authenticate.ts';
import type { Deps } from '../deps.ts';
import { grantKind } from './grant-events.ts';
import { requireWatchable } from './standing.ts';
import type { Transfer } from './transfers.ts';
import { viewingKind } from './viewing-events.ts';
import type { Watching } from './watching.ts';

/**
 * One look at everything in flight: what may no longer be shown is cut, what goes on keeps its session awake. Other processes' revocations,
 * suspensions and sign-outs are seen by it, at the latest a second after they are durable; those of this process come quicker, by signals.
 */
export async function guard(deps: Deps, watching: Watching): Promise<void> {
  const groups = Map.groupBy(watching.transfers.all, ({ viewingId, caller }) => `${viewingId} ${caller.credential}`);
  await Promise.all(
    [...groups.values()].map(async (transfers) => {
      if (await mayGoOn(deps, transfers[0] as Transfer)) return;
      for (const transfer of transfers) transfer.cut();
    }),
  );
}

/** What cannot be looked up is not shown either. */
async function mayGoOn(deps: Deps, { chain, viewingId, grantId, caller }: Transfer): Promise<boolean> {
  try {
    const [viewing, grant, live] = await Promise.all([
      deps.ledger.load(viewingKind, chain, viewingId),
      deps.ledger.load(grantKind, chain, grantId),
      isLive(deps, caller),
    ]);
    if (!viewing.state || !grant.state || !live) return false;
    requireWatchable(viewing.state, grant.state, deps.now());
    await touch(deps, caller);
    return true;
  } catch (error) {
    deps.logger.debug({ err: error, viewing: viewingId }, 'a transfer may not go on');
    return false;
  }
}
