import { setTimeout as sleep } from 'node:timers/promises';
import { isUnavailable } from '../storage/unavailable.ts';
import { type Deps, SYSTEM_CHAIN } from './deps.ts';

/** A loop that finds what is not done and does it; safe to repeat, and never the only one to try. */
export interface Reconciler {
  /** Look now instead of at the next round. */
  wake(): void;
  /** Resolves when the round in progress has ended. */
  stop(): Promise<void>;
}

const LONGEST_MS = 5 * 60_000;
/** A server that was away is asked again soon: what waits for it is many records, not one that is broken. */
const LONGEST_AWAY_MS = 8000;

/** How soon one who was not on duty asks again: what was left by a process that is gone does not wait for a whole period. */
const TAKE_OVER_MS = 3000;

/** How long to wait after so many failures in a row, ms: twice as long each time. */
export function pauseAfter(failures: number, error: unknown): number {
  return Math.min(isUnavailable(error) ? LONGEST_AWAY_MS : LONGEST_MS, 1000 * 2 ** Math.min(failures, 9));
}

type Round = (stopping: AbortSignal) => Promise<void>;

/** As `everywhere`, by one process of several: what it does is on the data, not on the process. */
export function every(deps: Deps, name: string, periodMs: number, round: Round): Reconciler {
  return start(deps, name, periodMs, async (stopping) => {
    if (!(await deps.duty.mine())) return Math.min(periodMs, TAKE_OVER_MS);
    await round(stopping);
    return periodMs;
  });
}

/**
 * Runs `round` at once and then every `periodMs`; after an error later and later, up to five minutes. `stopping` fires when the
 * process ends: a round that works long gives up then, and the next start does the rest.
 */
export function everywhere(deps: Deps, name: string, periodMs: number, round: Round): Reconciler {
  return start(deps, name, periodMs, async (stopping) => {
    await round(stopping);
    return periodMs;
  });
}

/** `round` returns how long it is until the next, ms. */
function start(
  deps: Deps,
  name: string,
  periodMs: number,
  round: (stopping: AbortSignal) => Promise<number>,
): Reconciler {
  const stopped = new AbortController();
  let woken = Promise.withResolvers<void>();
  const wait = async (ms: number) => {
    const timer = new AbortController();
    await Promise.race([sleep(ms, undefined, { signal: timer.signal, ref: false }).catch(() => {}), woken.promise]);
    timer.abort();
    woken = Promise.withResolvers<void>();
  };
  const loop = async () => {
    let failures = 0;
    let pause = periodMs;
    while (!stopped.signal.aborted) {
      try {
        pause = await round(stopped.signal);
        failures = 0;
      } catch (error) {
        if (stopped.signal.aborted) break;
        failures += 1;
        pause = pauseAfter(failures, error);
        deps.logger.error({ err: error, reconciler: name, failures }, 'a round failed');
      }
      if (!stopped.signal.aborted) await wait(pause);
    }
  };
  const running = loop();
  return {
    wake: () => woken.resolve(),
    stop: async () => {
      stopped.abort();
      woken.resolve();
      await running;
    },
  };
}

/** The chains of agencies: all but the installation's own. */
export async function agencyChains(deps: Deps): Promise<string[]> {
  return (await deps.ledgerStore.chains()).filter((chain) => chain !== SYSTEM_CHAIN);
}
