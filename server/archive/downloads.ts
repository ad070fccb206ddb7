import type { Signals } from '../signals.ts';

/** Packages on their way out, by who takes them: suspending the person cuts them. */
export class Downloads {
  readonly #inFlight = new Map<string, Set<AbortController>>();

  constructor(signals: Signals) {
    signals.on('person.suspended', (chain, personId) => {
      for (const controller of this.#inFlight.get(`${chain}/${personId}`) ?? []) controller.abort();
    });
  }

  /** The signal that cuts one answer; `done` is to be called when the answer has ended. */
  begin(chain: string, personId: string): { signal: AbortSignal; done: () => void } {
    const name = `${chain}/${personId}`;
    const controller = new AbortController();
    const others = this.#inFlight.get(name) ?? new Set();
    this.#inFlight.set(name, others.add(controller));
    const done = () => {
      others.delete(controller);
      if (others.size === 0 && this.#inFlight.get(name) === others) this.#inFlight.delete(name);
    };
    return { signal: controller.signal, done };
  }
}
