import type { Anchor } from './anchor.ts';
import type { Cosigning } from './cosigning.ts';
import type { LogPublisher, Published } from './publisher.ts';

interface Parts {
  log: LogPublisher;
  cosigning: Cosigning;
  anchor: Anchor;
  /** Changes with the certificates: what was anchored under others is not given out again, they may have been revoked. */
  certificates: () => unknown;
  now: () => Date;
  /** Least time between two anchors that nobody asked for, in ms. */
  periodMs: number;
}

/** A published checkpoint and, unless no authority answers, the proof of its time over the very bytes of its note. */
export interface Anchored extends Published {
  tsr: Uint8Array | undefined;
}

/** So long a checkpoint waits for its witnesses before it is anchored, in ms: the time is over their lines too. */
const WITNESS_PATIENCE_MS = 2000;

/** Anchors checkpoints: each log once in a while, and when a receipt or package needs one. Each is kept as evidence before it is given out. */
export class Anchors {
  readonly #parts: Parts;
  readonly #last = new Map<string, { anchored: Anchored; at: number; certificates: unknown }>();
  readonly #running = new Map<string, Promise<Anchored | undefined>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * A published checkpoint that covers an entry, with its time: the one anchored last where it covers it, else the one published now. Undefined
   * when the entry is not published within so many ms.
   */
  async covering(chain: string, seq: number, patienceMs: number): Promise<Anchored | undefined> {
    const last = this.#anchored(chain);
    if (last && last.size > seq) return last;
    if (!(await this.#parts.log.covering(chain, seq, patienceMs))) return undefined;
    const joined = await this.#anchor(chain, seq);
    // The one that was running may be of an earlier checkpoint.
    return joined && joined.size > seq ? joined : await this.#anchor(chain, seq);
  }

  /** Anchors each log that has a checkpoint which is not, and whose last anchor is old enough. */
  async round(): Promise<void> {
    const { log, now, periodMs } = this.#parts;
    for (const chain of log.chains()) {
      const last = this.#last.get(chain);
      const size = log.published(chain)?.size ?? 0;
      const due = !last || now().getTime() - last.at >= periodMs;
      if (size > 0 && due && this.#anchored(chain)?.size !== size) await this.#anchor(chain, size - 1);
    }
  }

  #anchored(chain: string): Anchored | undefined {
    const last = this.#last.get(chain);
    return last && last.certificates === this.#parts.certificates() ? last.anchored : undefined;
  }

  #anchor(chain: string, seq: number): Promise<Anchored | undefined> {
    const running = this.#running.get(chain);
    if (running) return running;
    const run = this.#make(chain, seq).finally(() => this.#running.delete(chain));
    this.#running.set(chain, run);
    return run;
  }

  async #make(chain: string, seq: number): Promise<Anchored | undefined> {
    const { log, cosigning, anchor, now } = this.#parts;
    const certificates = this.#parts.certificates();
    await cosigning.soon(chain, WITNESS_PATIENCE_MS);
    const published = await log.covering(chain, seq, 0);
    if (!published) return undefined;
    const note = Buffer.from(published.note);
    const tsr = await anchor.anchor(note);
    if (!tsr) return { ...published, tsr };
    await log.store.keepAnchor(chain, published.size, note, tsr);
    const anchored = { ...published, tsr };
    this.#last.set(chain, { anchored, at: now().getTime(), certificates });
    return anchored;
  }
}
