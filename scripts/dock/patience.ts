/** So long the service may leave a request as it is, ms. */
const PATIENCE_MS = 120_000;

/**
 * The patience with one request: it is aborted when the service neither takes bytes nor answers for so long, or when all is stopping. Nothing of it is
 * left once it is over; signals that end by themselves would be kept until they do.
 */
export class Patience {
  readonly #ending = new AbortController();
  readonly #stopping: AbortSignal;
  readonly #patienceMs: number;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(stopping: AbortSignal, patienceMs = PATIENCE_MS) {
    this.#stopping = stopping;
    this.#patienceMs = patienceMs;
    if (stopping.aborted) this.#stop();
    stopping.addEventListener('abort', this.#stop);
    this.#wait();
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** A body on its way: as long as we have nothing to give, the service is not waited for. */
  async *over(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    clearTimeout(this.#timer);
    for await (const chunk of body) {
      this.#wait();
      yield chunk;
      clearTimeout(this.#timer);
    }
    this.#wait();
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    this.#stopping.removeEventListener('abort', this.#stop);
  }

  #wait(): void {
    if (this.#over) return;
    const late = () => this.#ending.abort(new Error(`no answer for ${this.#patienceMs / 1000} s`));
    this.#timer = setTimeout(late, this.#patienceMs);
  }

  #stop = (): void => this.#ending.abort(this.#stopping.reason);
}
