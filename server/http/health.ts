import type { RequestHandler } from 'express';
import type { ObjectStore } from '../../storage/objects/object-store.ts';
import { type Deps, SYSTEM_CHAIN } from '../deps.ts';

/** `/healthz`: the process answers. */
export const healthHandler: RequestHandler = (_req, res) => {
  res.set('Cache-Control', 'no-store').type('text/plain').send('ok\n');
};

/**
 * `/readyz`: the state of each engine, of the prober, and how far the published checkpoint is behind the ledger. 503 when an engine,
 * the signed head or publishing fails; without ffprobe the service works. `objects`: what the evidence bucket was found to do, `locks`: when
 * the first of its locks ends, and how many could not be had, where this process looked. What witnesses make of our logs, and how many logs
 * of others we saw fork, is shown and stops nothing: they are not to have that power. Nobody signs in for it, so who asks while another is
 * being answered gets the same answer: no flood reaches the engines.
 */
export function readyHandler(deps: Deps): RequestHandler {
  let asking: ReturnType<typeof stateOf> | undefined;
  return async (_req, res) => {
    asking ??= stateOf(deps).finally(() => {
      asking = undefined;
    });
    const state = await asking;
    res
      .status(state.ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json(state);
  };
}

/** What `/readyz` tells. */
export async function stateOf(deps: Deps) {
  const engines = await engineStates(deps);
  const { entries: distance } = deps.log.distance();
  const failing = isFailing(deps);
  const ready = Object.values(engines).every((state) => state === 'ok') && !failing;
  const objects = deps.abilities?.();
  const standing = deps.locked?.standing();
  const locks = standing && { failing: standing.failing, until: standing.until?.toISOString() };
  const forks = deps.witness?.forks ?? 0;
  const probe: 'ok' | 'unavailable' = (await deps.prober.available()) ? 'ok' : 'unavailable';
  const witnesses = deps.cosigning.standings();
  return { ready, engines, probe, head: { distance, failing }, witnesses, forks, objects, locks };
}

/** Whether the log cannot be published, or its signed head not be written. */
export const isFailing = ({ log, heads }: Deps): boolean => log.distance().failed || heads.distance().failed;

/** A folder says how much room it has, a bucket what is under a key. */
const reach = (store: ObjectStore) => Promise.all([store.freeSpace(), store.size('healthz')]);

/** Asks each engine for something small. */
export async function engineStates(deps: Deps): Promise<Record<string, 'ok' | 'failing'>> {
  const { ledgerStore, documents, evidence, work } = deps;
  const asked = {
    ledger: () => ledgerStore.head(SYSTEM_CHAIN),
    documents: () => documents.get('view-position', SYSTEM_CHAIN),
    evidence: () => reach(evidence),
    work: () => reach(work),
  };
  const states = Object.entries(asked).map(async ([name, ask]) => {
    const state = await ask().then(
      () => 'ok' as const,
      () => 'failing' as const,
    );
    return [name, state] as const;
  });
  return Object.fromEntries(await Promise.all(states));
}
