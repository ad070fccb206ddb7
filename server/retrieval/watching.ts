import { setTimeout as sleep } from 'node:timers/promises';
import { type Deps, systemActor } from '../deps.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Delivered } from './ranges.ts';
import { Transfers } from './transfers.ts';
import { close, delivered } from './viewing-commands.ts';
import { type Closing, RANGES_PER_ENTRY, viewingKind } from './viewing-events.ts';

/** A viewing that this process serves: what the ledger does not know yet. */
export interface Watched {
  chain: string;
  id: string;
  grantId: string;
  personId: string;
  expiresAt: string;
  /** Milliseconds of the service's clock: when a range was last asked for or flowed. */
  activeAt: number;
  /** When the oldest range not yet in the ledger was delivered. */
  pendingSince: number | undefined;
  delivered: Delivered;
  /** Entries of one viewing are appended one after the other. */
  flushing: Promise<void>;
}

export const retrievalActor = systemActor('retrieval');

/** How long a closing waits for responses that it cut. */
const CUT_MS = 1000;

/** The viewings that this process serves, with their responses in flight and what these delivered. */
export class Watching {
  readonly transfers: Transfers;
  readonly #deps: Deps;
  readonly #watched = new Map<string, Watched>();

  constructor(deps: Deps) {
    this.#deps = deps;
    this.transfers = new Transfers(deps.now);
  }

  get all(): Watched[] {
    return [...this.#watched.values()];
  }

  has(viewingId: string): boolean {
    return this.#watched.has(viewingId);
  }

  /** The grant that a viewing of this process is under; undefined where another process opened it. */
  grantOf(viewingId: string): string | undefined {
    return this.#watched.get(viewingId)?.grantId;
  }

  /** Takes note of a viewing before it is opened, and at every range asked for in it. */
  note(viewing: Pick<Watched, 'chain' | 'id' | 'grantId' | 'personId' | 'expiresAt'>): Watched {
    const { chain, id, grantId, personId, expiresAt } = viewing;
    const activeAt = this.#deps.now().getTime();
    const known = this.#watched.get(id);
    if (known) {
      known.activeAt = activeAt;
      return known;
    }
    const fresh = { pendingSince: undefined, delivered: new Delivered(), flushing: Promise.resolve() };
    const watched = { chain, id, grantId, personId, expiresAt, activeAt, ...fresh };
    this.#watched.set(id, watched);
    return watched;
  }

  forget(viewingId: string): void {
    this.#watched.delete(viewingId);
  }

  /** Bytes handed to the connection. */
  count(watched: Watched, recordId: string, from: number, length: number): void {
    const now = this.#deps.now().getTime();
    watched.activeAt = now;
    watched.pendingSince ??= now;
    watched.delivered.add(recordId, from, length);
    if (watched.delivered.count >= RANGES_PER_ENTRY) this.#flushSoon(watched);
  }

  /** Appends what was delivered and is not in the ledger yet; on an error it is kept for the next time. */
  async flush(watched: Watched): Promise<void> {
    const flushed = watched.flushing.then(() => this.#append(watched));
    watched.flushing = flushed.catch(() => {});
    await flushed;
  }

  async #append(watched: Watched): Promise<void> {
    const { chain, id } = watched;
    const taken = watched.delivered.take();
    const since = watched.pendingSince;
    watched.pendingSince = undefined;
    const events = delivered(taken);
    try {
      while (events.length > 0) {
        await this.#deps.ledger.execute(viewingKind, chain, id, retrievalActor, (state) =>
          state ? events.slice(0, 1) : [],
        );
        events.shift();
      }
    } catch (error) {
      for (const event of events) if (event.type === 'viewing.delivered') watched.delivered.putBack(event.data);
      watched.pendingSince = since;
      throw error;
    }
  }

  /** Cuts what is in flight and brings what was delivered into the ledger. */
  async end(viewingId: string): Promise<void> {
    const running = this.transfers.of(viewingId);
    this.transfers.cut((transfer) => transfer.viewingId === viewingId);
    await Promise.race([Promise.all(running.map(({ ended }) => ended)), sleep(CUT_MS, undefined, { ref: false })]);
    const watched = this.#watched.get(viewingId);
    if (watched) await this.flush(watched);
  }

  /** Ends a viewing and closes it in the ledger. */
  async close({ chain, id }: Pick<Watched, 'chain' | 'id'>, by: Closing): Promise<void> {
    await this.end(id);
    await this.#deps.ledger.execute(viewingKind, chain, id, retrievalActor, (state) => close(state, by));
    this.forget(id);
  }

  #flushSoon(watched: Watched): void {
    this.flush(watched).catch((error) => {
      this.#deps.logger.error({ err: error, viewing: watched.id }, 'delivered ranges not yet in the ledger');
    });
  }
}

const instances = new WeakMap<Ledger, Watching>();

/** The one Watching beside a ledger: routes and the reconciler share it. */
export function watchingOf(deps: Deps): Watching {
  const known = instances.get(deps.ledger);
  if (known) return known;
  const made = new Watching(deps);
  instances.set(deps.ledger, made);
  return made;
}
