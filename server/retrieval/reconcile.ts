import { personKind } from '../access/person.ts';
import type { Deps } from '../deps.ts';
import { everyView, findViews, viewsById } from '../ledger/find-views.ts';
import { agencyChains, everywhere, type Reconciler } from '../reconciler.ts';
import { revoke } from './grant-commands.ts';
import { type GrantState, grantKind } from './grant-events.ts';
import { guard } from './guard.ts';
import { hasExpired, standing } from './standing.ts';
import { type Closing, viewingKind } from './viewing-events.ts';
import { retrievalActor, type Watched, type Watching, watchingOf } from './watching.ts';

const GUARD_MS = 1000;
const ROUND_MS = 2000;
/** With rounds as often as that, what was delivered is in the ledger within 30 s. */
const PENDING_MS = 20_000;
/** How often the whole agency is looked through, beside what signals tell. */
const SWEEP_MS = 60_000;
const PAGE = 200;

/**
 * Keeps viewings true: brings delivered ranges into the ledger, closes viewings that are idle, expired, revoked or suspended, ends the
 * grants of suspended people, and closes as interrupted what an earlier process left open. Stopping, also for a planned restart, closes
 * the viewings of this process as interrupted: their readers open another, since nothing of a viewing outlives its process.
 */
export function startViewings(deps: Deps): Reconciler {
  const watching = watchingOf(deps);
  const suspended = new Map<string, { chain: string; personId: string }>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  const sweep = async () => {
    for (const chain of await agencyChains(deps)) {
      await closeLeftOpen(deps, watching, chain);
      await revokeOfSuspended(deps, chain);
    }
  };
  const round = async () => {
    for (const [key, { chain, personId }] of suspended) {
      await revokeAllOf(deps, chain, personId);
      suspended.delete(key);
    }
    await closeEnded(deps, watching);
    await flushDue(deps, watching);
    if (deps.now().getTime() - sweptAt < SWEEP_MS) return;
    await sweep();
    sweptAt = deps.now().getTime();
  };

  const rounds = everywhere(deps, 'viewings', ROUND_MS, round);
  const guards = everywhere(deps, 'transfers', GUARD_MS, () => guard(deps, watching));
  const onSuspended = (chain: string, personId: string) => {
    watching.transfers.cut((transfer) => transfer.chain === chain && transfer.caller.id === personId);
    suspended.set(`${chain}/${personId}`, { chain, personId });
    rounds.wake();
  };
  const onEnded = (chain: string, grantId: string) => {
    watching.transfers.cut((transfer) => transfer.chain === chain && transfer.grantId === grantId);
    rounds.wake();
  };
  deps.signals.on('person.suspended', onSuspended).on('grant.ended', onEnded);
  return {
    wake: rounds.wake,
    stop: async () => {
      deps.signals.off('person.suspended', onSuspended).off('grant.ended', onEnded);
      await Promise.all([rounds.stop(), guards.stop()]);
      await Promise.all(watching.all.map((watched) => closeLogged(deps, watching, watched, 'interrupted')));
    },
  };
}

async function closeEnded(deps: Deps, watching: Watching): Promise<void> {
  const watched = watching.all;
  if (watched.length === 0) return;
  for (const [chain, ofChain] of Map.groupBy(watched, (one) => one.chain)) {
    const ids = ofChain.map(({ grantId }) => grantId);
    const grants = await viewsById(deps, grantKind, chain, ids);
    for (const one of ofChain) {
      const by = endOf(deps, watching, one, grants.get(one.grantId));
      if (by) await closeLogged(deps, watching, one, by);
    }
  }
}

/** Why a viewing is over, if it is. */
function endOf(deps: Deps, watching: Watching, watched: Watched, grant: GrantState | undefined): Closing | undefined {
  const now = deps.now();
  if (hasExpired(watched, now)) return 'expired';
  if (grant && standing(grant, now) === 'revoked')
    return grant.revoked?.cause === 'suspension' ? 'suspended' : 'revoked';
  const idleMs = deps.policy['retrieval.idle'].value * 60_000;
  const running = watching.transfers.of(watched.id).length > 0;
  return !running && now.getTime() - watched.activeAt >= idleMs ? 'idle' : undefined;
}

async function flushDue(deps: Deps, watching: Watching): Promise<void> {
  const since = deps.now().getTime() - PENDING_MS;
  for (const watched of watching.all) {
    if (watched.pendingSince !== undefined && watched.pendingSince <= since) await watching.flush(watched);
  }
}

/** Viewings that no process serves any more. One of another process tells of itself at least every half minute while bytes flow. */
async function closeLeftOpen(deps: Deps, watching: Watching, chain: string): Promise<void> {
  const served = deps.now().getTime() - (deps.policy['retrieval.idle'].value + 1) * 60_000;
  for await (const viewing of everyView(deps, viewingKind, { chain, filter: { state: 'open' } })) {
    if (watching.has(viewing.id) || (deps.shared && Date.parse(viewing.lastAt) > served)) continue;
    await watching.close({ chain, id: viewing.id }, hasExpired(viewing, deps.now()) ? 'expired' : 'interrupted');
  }
}

/** What a suspension in another process, or before a crash, has not ended yet. */
async function revokeOfSuspended(deps: Deps, chain: string): Promise<void> {
  const filter = { state: 'approved', expiresAt: { $gt: deps.now().toISOString() } };
  const holders = new Set<string>();
  for await (const { personId } of everyView(deps, grantKind, { chain, filter })) holders.add(personId);
  for (const { id, state } of (await viewsById(deps, personKind, chain, holders)).values()) {
    if (state === 'suspended') await revokeAllOf(deps, chain, id);
  }
}

/** Suspending a person ends the grants that they hold. */
async function revokeAllOf(deps: Deps, chain: string, personId: string): Promise<void> {
  const live = (grant: GrantState | undefined) => grant && ['live', 'used-up'].includes(standing(grant, deps.now()));
  for (;;) {
    const filter = { personId, state: 'approved', expiresAt: { $gt: deps.now().toISOString() } };
    const { items } = await findViews(deps, grantKind, { chain, filter, limit: PAGE });
    for (const { id } of items) {
      await deps.ledger.execute(grantKind, chain, id, retrievalActor, (grant) =>
        grant && live(grant) ? revoke(grant, 'suspension', '持有人已被停用', deps.now()) : [],
      );
      deps.signals.emit('grant.ended', chain, id);
    }
    if (items.length < PAGE) return;
  }
}

/** One viewing that cannot be closed now keeps no other from being closed. */
async function closeLogged(deps: Deps, watching: Watching, watched: Watched, by: Closing): Promise<void> {
  try {
    await watching.close(watched, by);
  } catch (error) {
    deps.logger.error({ err: error, viewing: watched.id }, 'a viewing could not be closed yet');
  }
}
