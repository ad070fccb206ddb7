import type { LockedEvidenceStore } from '../../storage/objects/locked-evidence.ts';
import type { LockMode } from '../../storage/objects/object-locks.ts';
import { isUnavailable } from '../../storage/unavailable.ts';
import type { Deps } from '../deps.ts';
import { releasedKeys } from '../disposal/released.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { archivedEvidence } from './archive-locks.ts';

/** How soon a case that was archived at another process is seen, ms. */
const PERIOD_MS = 20_000;
/** By how much clocks of processes differ, and views of one chain may be saved out of order, ms. */
const SLACK_MS = 15 * 60_000;

/** A store that left so many requests of a round without an answer is away. */
const GIVEN_UP_AFTER = 20;

/**
 * Keeps locks as they must be. Those of archived cases are made firm soon after; once in a round of some hours all are looked at, and what is
 * due is extended, but for what the ledger lets go: its locks lapse. How far that went is known to this process only: after a crash, and at another process, all is looked at again.
 */
export function startLockExtension(deps: Deps): Reconciler {
  const { locked, now } = deps;
  let nextWhole = 0;
  const archivedFrom = new Map<string, string>();
  const loop = every(deps, 'object-locks', PERIOD_MS, async (stopping) => {
    if (!locked) return;
    const round = new Round(deps, locked);
    const whole = now().getTime() >= nextWhole;
    for (const chain of await agencyChains(deps)) {
      const latest = await round.archived(chain, whole ? '' : (archivedFrom.get(chain) ?? ''), stopping);
      if (latest) archivedFrom.set(chain, new Date(Date.parse(latest) - SLACK_MS).toISOString());
    }
    if (whole) await round.all(stopping);
    if (stopping.aborted) return;
    round.demandAnswers();
    if (whole) nextWhole = now().getTime() + locked.roundMs;
    locked.note(round, whole, now());
  });
  deps.signals.on('case.archived', loop.wake);
  return loop;
}

/** One look at locks. A lock that cannot be had keeps no other from being had, and is asked for again in the next whole round. */
class Round {
  failing = 0;
  /** Of all that were looked at, when the first lock ends. */
  earliest: Date | undefined;
  #unanswered: unknown[] = [];
  readonly #deps: Deps;
  readonly #locked: LockedEvidenceStore;

  constructor(deps: Deps, locked: LockedEvidenceStore) {
    this.#deps = deps;
    this.#locked = locked;
  }

  /** Resolves to when the last of the cases was archived; undefined when there was none. */
  async archived(chain: string, from: string, stopping: AbortSignal): Promise<string | undefined> {
    let latest: string | undefined;
    for await (const { archivedAt, keys } of archivedEvidence(this.#deps.documents, chain, from)) {
      for (const key of keys) {
        if (stopping.aborted) return undefined;
        await this.#extend(key, 'compliance');
        this.#deps.point('locks.one-archived');
      }
      latest = archivedAt;
    }
    return latest;
  }

  async all(stopping: AbortSignal): Promise<void> {
    const released = await releasedKeys(this.#deps.documents, await agencyChains(this.#deps));
    for await (const { key } of this.#locked.list('')) {
      if (stopping.aborted) return;
      if (!released.has(key)) await this.#extend(key);
    }
  }

  /** Throws when the store did not answer, now and then or at all: the round is then begun again soon. */
  demandAnswers(most = 0): void {
    if (this.#unanswered.length > most) throw this.#unanswered[0];
  }

  async #extend(key: string, mode?: LockMode): Promise<void> {
    try {
      const held = await this.#locked.extend(key, mode);
      if (held && !(this.earliest && this.earliest <= held.until)) this.earliest = held.until;
    } catch (error) {
      this.#deps.logger.error({ err: error, key, mode }, 'the lock of an object is not extended');
      if (!isUnavailable(error)) this.failing += 1;
      else this.#unanswered.push(error);
      this.demandAnswers(GIVEN_UP_AFTER);
    }
  }
}
