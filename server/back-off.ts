const FIRST_MS = 5000;
const LONGEST_MS = 10 * 60_000;

interface Pauses {
  firstMs?: number;
  longestMs?: number;
  /** From 0 to 1: which part of half a pause is left out, so that many who were cut off at once do not come back at once. */
  jitter?: () => number;
}

/** Who failed is left alone for a while: five seconds unless told otherwise, doubling up to ten minutes. */
export class BackOff {
  readonly #now: () => Date;
  readonly #pauses: Required<Pauses>;
  readonly #resting = new Map<string, { failures: number; until: number }>();

  constructor(now: () => Date, { firstMs = FIRST_MS, longestMs = LONGEST_MS, jitter = () => 0 }: Pauses = {}) {
    this.#now = now;
    this.#pauses = { firstMs, longestMs, jitter };
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
    const { firstMs, longestMs, jitter } = this.#pauses;
    const pause = Math.min(longestMs, firstMs * 2 ** failures) * (1 - jitter() / 2);
    this.#resting.set(name, { failures: failures + 1, until: this.#now().getTime() + pause });
    return pause;
  }
}
