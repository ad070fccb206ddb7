const FIRST_MS = 5000;
const LONGEST_MS = 10 * 60_000;

/** Who failed is left alone for a while: five seconds, doubling up to ten minutes. */
export class BackOff {
  readonly #now: () => Date;
  readonly #resting = new Map<string, { failures: number; until: number }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  rests(name: string): boolean {
    return (this.#resting.get(name)?.until ?? 0) > this.#now().getTime();
  }

  worked(name: string): void {
    this.#resting.delete(name);
  }

  /** Returns how long it is left alone now, in ms. */
  failed(name: string): number {
    const failures = this.#resting.get(name)?.failures ?? 0;
    const pause = Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
    this.#resting.set(name, { failures: failures + 1, until: this.#now().getTime() + pause });
    return pause;
  }
}
