import type { Keeping, LockedEvidenceStore } from '../../storage/objects/locked-evidence.ts';
import { isUnavailable } from '../../storage/unavailable.ts';
import { caseKind } from '../cases/events.ts';
import type { Deps } from '../deps.ts';
import { everyView } from '../ledger/find-views.ts';
import { isLogEvidence } from '../log/check-log.ts';
import { agencyChains, every, type Reconciler } from '../reconciler.ts';
import { recordKind } from '../records/events.ts';
import { type Kept, kept, keptBeside, keptRecords, rulesOf } from './keeping.ts';
import { LongerTerms } from './longer-terms.ts';

/** How soon it is seen that something is to be kept longer, or firmly, ms. */
const PERIOD_MS = 20_000;

/** A store that left so many requests of a round without an answer is away. */
const GIVEN_UP_AFTER = 20;

/**
 * Keeps locks as they must be. What lengthens a term, or archives a case, is followed soon after, also while much is looked at; once in a
 * round of some hours everything is, and what is due is extended, but for what the ledger lets go. How far that went is known to this
 * process only: after a crash, and at another process, all is looked at again.
 */
export function startLockExtension(deps: Deps): Reconciler {
  const { locked, now } = deps;
  let nextWhole = 0;
  const longer = new LongerTerms(deps.ledgerStore);
  const loop = every(deps, 'object-locks', PERIOD_MS, async (stopping) => {
    if (!locked) return;
    const round = new Round(deps, locked, longer, stopping);
    const whole = now().getTime() >= nextWhole;
    if (nextWhole === 0) await longer.begin(await agencyChains(deps));
    await round.longer();
    if (whole) await round.all();
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
  /** Of all that were looked at and are to be extended again, when the first lock ends. */
  earliest: Date | undefined;
  #unanswered: unknown[] = [];
  #lookedForLonger = performance.now();
  /** SM2 certificates are of many records: how long each was asked for in this round, ms since the epoch. */
  readonly #certificates = new Map<string, number>();
  readonly #deps: Deps;
  readonly #locked: LockedEvidenceStore;
  readonly #longer: LongerTerms;
  readonly #stopping: AbortSignal;

  constructor(deps: Deps, locked: LockedEvidenceStore, longer: LongerTerms, stopping: AbortSignal) {
    this.#deps = deps;
    this.#locked = locked;
    this.#longer = longer;
    this.#stopping = stopping;
  }

  /** What is to be kept longer, or firmly, since it was last asked for. */
  async longer(): Promise<void> {
    const { ledger } = this.#deps;
    const rules = rulesOf(this.#deps);
    for (const chain of await agencyChains(this.#deps)) {
      const { recordIds, caseIds, seen } = await this.#longer.since(chain);
      // Whoever is sealing a record may have looked at its term before it grew.
      const unsealed = new Set<string>();
      for (const id of recordIds) {
        const { state } = await ledger.load(recordKind, chain, id);
        if (state?.state === 'received') unsealed.add(id);
        else if (state) for (const one of await kept(rules, chain, [state])) await this.#keep(one);
      }
      for (const id of caseIds) {
        // Its view is brought up to the entry that was seen.
        await ledger.load(caseKind, chain, id);
        for await (const one of keptRecords(rules, chain, { filter: { caseIds: id } })) await this.#keep(one);
      }
      if (!this.#stopping.aborted) seen(unsealed);
    }
    this.#lookedForLonger = performance.now();
  }

  /** Everything: first what a crash may have left, the evidence of the cases that were archived last. */
  async all(): Promise<void> {
    const { documents } = this.#deps;
    const chains = await agencyChains(this.#deps);
    const rules = rulesOf(this.#deps);
    for (const chain of chains) {
      // From an empty string on: not those that have no such instant.
      const archived = { filter: { archivedAt: { $gte: '' } }, sort: { path: 'archivedAt', descending: true } };
      for await (const { id } of everyView({ documents }, caseKind, { chain, ...archived })) {
        for await (const one of keptRecords(rules, chain, { filter: { caseIds: id } })) await this.#keep(one);
      }
    }
    for (const chain of chains) {
      for await (const one of keptRecords(rules, chain)) {
        if (!one.keeping.mode) await this.#keep(one);
        await this.#longerMeanwhile();
      }
    }
    for await (const key of keptBeside(documents)) await this.#extend(key, {});
    for await (const { key } of this.#locked.list('')) {
      if (isLogEvidence(key)) await this.#extend(key, {});
      await this.#longerMeanwhile();
    }
  }

  /** Throws when the store did not answer, now and then or at all: the round is then begun again soon. */
  demandAnswers(most = 0): void {
    if (this.#unanswered.length > most) throw this.#unanswered[0];
  }

  async #longerMeanwhile(): Promise<void> {
    if (performance.now() - this.#lookedForLonger > PERIOD_MS) await this.longer();
  }

  async #keep({ record, keys, keeping }: Kept): Promise<void> {
    const certificate = record.sm2?.certificates.sha256;
    for (const key of keys) {
      if (certificate && key.includes(certificate) && this.#isAskedFor(key, keeping)) continue;
      await this.#extend(key, keeping);
      if (keeping.mode) this.#deps.point('locks.one-archived');
    }
  }

  #isAskedFor(key: string, { mode, until }: Keeping): boolean {
    const end = until?.getTime() ?? Number.POSITIVE_INFINITY;
    const name = `${mode ?? ''} ${key}`;
    const before = this.#certificates.get(name) ?? 0;
    this.#certificates.set(name, Math.max(before, end));
    return before >= end;
  }

  async #extend(key: string, keeping: Keeping): Promise<void> {
    if (this.#stopping.aborted) return;
    try {
      const held = await this.#locked.extend(key, keeping);
      const last = held && keeping.until && held.until >= keeping.until;
      if (held && !last && !(this.earliest && this.earliest <= held.until)) this.earliest = held.until;
    } catch (error) {
      this.#deps.logger.error({ err: error, key, ...keeping }, 'the lock of an object is not extended');
      if (!isUnavailable(error)) this.failing += 1;
      else this.#unanswered.push(error);
      this.demandAnswers(GIVEN_UP_AFTER);
    }
  }
}
