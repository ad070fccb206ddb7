/** The last seconds are looked at, milliseconds. */
const WINDOW_MS = 5000;

/** How fast bytes go, by the last seconds. */
export class Rate {
  #points: { at: number; bytes: number }[] = [];

  /** So many bytes are there in all. */
  note(bytes: number, at = performance.now()): void {
    const last = this.#points.at(-1);
    if (last && bytes <= last.bytes) return;
    this.#points = [...this.#points.filter((point) => at - point.at < WINDOW_MS), { at, bytes }];
  }

  /** Another sum begins, whose bytes were not brought just now. */
  restart(bytes: number, at = performance.now()): void {
    this.#points = [{ at, bytes }];
  }

  /** Bytes a second; 0 when nothing came for a while. */
  perSecond(now = performance.now()): number {
    const [first] = this.#points;
    const last = this.#points.at(-1);
    if (!first || !last || last === first || now - last.at > WINDOW_MS) return 0;
    return ((last.bytes - first.bytes) * 1000) / Math.max(1, last.at - first.at);
  }
}
