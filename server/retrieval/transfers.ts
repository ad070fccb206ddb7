import type { Caller } from '../access/caller.ts';

/** What a response in flight stands under. */
export interface Under {
  chain: string;
  viewingId: string;
  grantId: string;
  caller: Caller;
  /** RFC 3339; the response is cut at this instant. */
  expiresAt: string;
}

/** One response in flight. */
export interface Transfer extends Under {
  cut: () => void;
  ended: Promise<void>;
}

/** The longest delay that a timer of Node takes (2^31 - 1 ms); a longer one fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The responses in flight in this process: each is cut at its grant's end, or when someone says so. */
export class Transfers {
  readonly #now: () => Date;
  readonly #running = new Set<Transfer>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Those in flight, as of now. */
  get all(): Transfer[] {
    return [...this.#running];
  }

  of(viewingId: string): Transfer[] {
    return this.all.filter((transfer) => transfer.viewingId === viewingId);
  }

  /** Counts a response as in flight until the function returned is called; `cutter` is what the response listens to. */
  begin(under: Under, cutter: AbortController): () => void {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const transfer: Transfer = { ...under, cut: () => cutter.abort(), ended };
    const disarm = this.#arm(Date.parse(under.expiresAt), transfer.cut);
    this.#running.add(transfer);
    return () => {
      disarm();
      this.#running.delete(transfer);
      resolve();
    };
  }

  cut(which: (transfer: Transfer) => boolean): void {
    for (const transfer of this.all) if (which(transfer)) transfer.cut();
  }

  /** Calls at the instant by the service's clock: in steps, and again when the timer came early. */
  #arm(at: number, call: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    const wait = () => {
      const left = at - this.#now().getTime();
      if (left <= 0) return call();
      timer = setTimeout(wait, Math.min(left, LONGEST_MS));
      timer.unref();
    };
    wait();
    return () => clearTimeout(timer);
  }
}
