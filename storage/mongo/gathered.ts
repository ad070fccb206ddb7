interface Waiting<Q, A> {
  question: Q;
  resolve: (answer: A) => void;
  reject: (error: unknown) => void;
}

const AT_ONCE = 4;
const MOST = 500;

/**
 * Asks at once what many callers ask one by one: while four requests are on their way, what comes next waits and goes together. Each is sent
 * after it was asked for, so nobody is answered with what was true before. A request that fails, fails for all that it carries.
 */
export class Gathered<Q, A> {
  readonly #send: (questions: Q[]) => Promise<A[]>;
  #waiting: Waiting<Q, A>[] = [];
  #running = 0;

  /** `send` answers in the order of the questions. */
  constructor(send: (questions: Q[]) => Promise<A[]>) {
    this.#send = send;
  }

  ask(question: Q): Promise<A> {
    const { promise, resolve, reject } = Promise.withResolvers<A>();
    this.#waiting.push({ question, resolve, reject });
    if (this.#running < AT_ONCE) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#running += 1;
    // What is asked in the same breath goes together from the first.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST);
      try {
        const answers = await this.#send(batch.map(({ question }) => question));
        for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as A);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running -= 1;
  }
}
